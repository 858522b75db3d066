import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

/** Two folders, of which the content of the first is moved into the second. */
async function begin(t: TestContext, direction: "get" | "put") {
  const scene = new Scene(t);
  const [here, there] = [scene.makeFolder("here"), scene.makeFolder("there")];
  const server = await scene.serve(there);
  const [source, target] = direction === "get" ? [there, here] : [here, there];
  const places = direction === "get" ? [":/", `${here}/`] : [`${here}/`, ":/"];
  const run = async (...flags: string[]) => {
    const one = await scene.run([direction, ...places, "--json", ...flags], server.link);
    assert.equal(one.status, 0, one.account());
    return one;
  };
  return { scene, source, target, server, run };
}

const text = (...parts: string[]) => readFileSync(join(...parts), "utf8");

describe("names that are taken", { concurrency: 4 }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction} --skip and --rename let nothing be replaced, links neither`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      symlinkSync("elsewhere", join(source, "link over file"));
      symlinkSync("elsewhere", join(source, "link over link"));
      writeFileSync(join(source, "file over link"), "new");
      writeFileSync(join(target, "link over file"), "precious");
      symlinkSync("precious", join(target, "link over link"));
      symlinkSync("link over file", join(target, "file over link"));
      const before = readdirSync(target).sort();
      await run("--skip");
      assert.deepEqual(readdirSync(target).sort(), before);
      assert.equal(text(target, "link over file"), "precious");
      assert.equal(readlinkSync(join(target, "link over link")), "precious");
      assert.ok(lstatSync(join(target, "file over link")).isSymbolicLink());

      await run("--rename");
      assert.equal(text(target, "link over file"), "precious");
      assert.equal(readlinkSync(join(target, "link over link")), "precious");
      assert.ok(lstatSync(join(target, "file over link")).isSymbolicLink());
      assert.equal(readlinkSync(join(target, "link over file (1)")), "elsewhere");
      assert.equal(readlinkSync(join(target, "link over link (1)")), "elsewhere");
      assert.equal(text(target, "file over link (1)"), "new");
    });

    test(`${direction} --rename makes no second copy of a link that is there`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      symlinkSync("elsewhere", join(source, "link"));
      await run();
      await run("--rename");
      assert.deepEqual(readdirSync(target), ["link"]);
    });

    test(`${direction} --rename again knows what it has written beside, links too`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      for (const name of ["a.txt", "empty"]) writeFileSync(join(target, name), "the old one");
      symlinkSync("old", join(target, "link"));
      writeFileSync(join(source, "a.txt"), "the new");
      writeFileSync(join(source, "empty"), "");
      symlinkSync("new", join(source, "link"));
      const names = ["a (1).txt", "a.txt", "empty", "empty (1)", "link", "link (1)"];
      await run("--rename");
      assert.deepEqual(readdirSync(target).sort(), names);
      for (const flags of [["--rename"], ["--rename", "--delete"], ["--rename", "--dry-run"]]) {
        const done = (await run(...flags)).last("done");
        assert.deepEqual(readdirSync(target).sort(), names, flags.join(" "));
        assert.deepEqual([numberOf(done, "sentBytes"), numberOf(done, "removedFiles")], [0, 0], flags.join(" "));
      }
      writeFileSync(join(source, "a.txt"), "the newest");
      await run("--rename");
      assert.equal(text(target, "a (2).txt"), "the newest");
      assert.equal(text(target, "a (1).txt"), "the new");
    });

    test(`${direction} --rename --delete keeps what it has just written, and what it was written beside`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      writeFileSync(join(source, "a.txt"), "the new");
      writeFileSync(join(target, "a.txt"), "the old one");
      writeFileSync(join(target, "gone"), "");
      const done = (await run("--rename", "--delete")).last("done");
      assert.equal(numberOf(done, "removedFiles"), 1);
      assert.deepEqual(readdirSync(target).sort(), ["a (1).txt", "a.txt"]);
      assert.equal(text(target, "a (1).txt"), "the new");
      assert.equal(text(target, "a.txt"), "the old one");
    });
  }

  test("two sources with a file of one name: the first is there, the other is named", async (t) => {
    const scene = new Scene(t);
    const served = scene.makeFolder("served");
    const server = await scene.serve(served);
    for (const from of ["x", "y"]) {
      mkdirSync(scene.path(from, "sub"), { recursive: true });
      writeFileSync(scene.path(from, "same"), `of ${from}`);
      writeFileSync(scene.path(from, "sub", `of ${from}`), "");
    }
    const files = [scene.path("x/same"), scene.path("y/same"), ":/files/"];
    for (let run = 0; run < 2; run++) {
      const put = await scene.run(["put", ...files, "--json"], server.link);
      assert.equal(put.status, 8, put.account());
      assert.equal(put.all("file-end").find(({ outcome }) => outcome === "failed")?.code, "E_EXISTS");
      assert.equal(text(served, "files/same"), "of x");
    }
    const merged = await scene.run(
      ["put", `${scene.path("x")}/`, `${scene.path("y")}/`, ":/merged", "--json"],
      server.link,
    );
    assert.equal(merged.status, 8, merged.account());
    assert.deepEqual(readdirSync(join(served, "merged/sub")).sort(), ["of x", "of y"]);
    assert.equal(text(served, "merged/same"), "of x");
    const renamed = await scene.run(["put", ...files.slice(0, 2), ":/both/", "--rename", "--json"], server.link);
    assert.equal(renamed.status, 0, renamed.account());
    assert.deepEqual([text(served, "both/same"), text(served, "both/same (1)")], ["of x", "of y"]);
    const skipped = await scene.run(["put", ...files.slice(0, 2), ":/one/", "--skip", "--json"], server.link);
    assert.equal(skipped.status, 0, skipped.account());
    assert.equal(text(served, "one/same"), "of x");
  });

  test("no link leads out of a folder that is fetched under a new name", async (t) => {
    const scene = new Scene(t);
    const served = scene.makeFolder("served");
    mkdirSync(join(served, "evil"));
    symlinkSync("../beside", join(served, "evil/out"));
    symlinkSync("in", join(served, "evil/inside"));
    const server = await scene.serve(served);
    const get = await scene.run(["get", ":/evil", scene.path("copy"), "--json"], server.link);
    assert.equal(get.status, 8, get.account());
    assert.equal(get.last("file-end")?.code, "E_LINK");
    assert.ok(!existsSync(scene.path("copy/out")));
    assert.equal(readlinkSync(scene.path("copy/inside")), "in");
    const any = await scene.run(["get", ":/evil", scene.path("copy2"), "--any-links", "--json"], server.link);
    assert.equal(any.status, 0, any.account());
    assert.equal(readlinkSync(scene.path("copy2/out")), "../beside");
  });
});
