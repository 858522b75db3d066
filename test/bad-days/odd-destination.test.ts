import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Scene } from "./scene.js";

const posix = { skip: process.platform === "win32" && "Windows has other names and modes" };

test("a destination that cannot be is named, with status 6 and nothing made there", posix, async (t) => {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  writeFileSync(scene.path("served", "f"), "content");
  const here = scene.makeFolder("here");
  writeFileSync(scene.path("here", "a"), "a file");
  symlinkSync("loop", scene.path("here", "loop"));
  mkdirSync(scene.path("here", "shut"), { mode: 0 });
  const server = await scene.serve(served);
  const cases: [destination: string, code: string, message: RegExp][] = [
    ["a/", "E_NOT_A_FOLDER", /a\/: a part of the path is not a folder/],
    ["a/b", "E_NOT_A_FOLDER", /a\/b: a part of the path is not a folder/],
    ["n".repeat(256), "E_LOCAL_FILE", /n: the name is longer/],
    ["loop", "E_LINK", /loop: .*in a circle/],
  ];
  // Modes keep root out of nothing.
  if (process.getuid?.() !== 0) cases.push(["shut/x", "E_LOCAL_FILE", /shut\/x: permission denied/]);
  for (const [destination, code, message] of cases) {
    for (const flags of [[], ["--dry-run"]]) {
      const got = await scene.run(["get", ":f", scene.path("here", destination), "--json", ...flags], server.link);
      assert.equal(got.status, 6, got.account());
      assert.equal(got.last("error")?.code, code, got.account());
      assert.match(String(got.last("error")?.message), message);
    }
  }
  assert.deepEqual(readdirSync(here).sort(), ["a", "loop", "shut"]);
});
