import assert from "node:assert/strict";
import { symlinkSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Scene } from "../bad-days/scene.js";

const posix = { skip: process.platform === "win32" && "symbolic links need a right on Windows" };

test("a slash at the end wants a folder: of anything else nothing is listed", posix, async (t) => {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  writeFileSync(scene.path("served", "film"), "content");
  symlinkSync("film", scene.path("served", "best"));
  scene.makeFolder("served/empty");
  const server = await scene.serve(served);
  const listed = async (...args: string[]) => {
    const { status, stdout, stderr } = await scene.run(["ls", ...args], server.link);
    return { status, stdout, stderr };
  };
  assert.deepEqual(await listed(":film"), { status: 0, stdout: "film\n", stderr: "" });
  assert.deepEqual(await listed(":best"), { status: 0, stdout: "best\n", stderr: "" });
  assert.deepEqual(await listed(":empty/"), { status: 0, stdout: "", stderr: "" });
  assert.deepEqual(await listed(":film/"), {
    status: 6,
    stdout: "",
    stderr: 'sampan: "film" is a file; leave out the slash at its end (E_NOT_A_FOLDER)\n',
  });
  assert.deepEqual(await listed("-R", ":best/"), {
    status: 6,
    stdout: "",
    stderr: 'sampan: "best" is a symbolic link, which is not followed; leave out the slash at its end (E_LINK)\n',
  });
  const json = await scene.run(["ls", "--json", ":film/"], server.link);
  assert.deepEqual(
    json.events.map(({ event }) => event),
    ["error"],
  );
});
