import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { connect } from "../../src/service/connect.js";
import { rejected } from "../store/scratch.js";
import { makeFile } from "./content.js";
import { Scene } from "./scene.js";

/** A server with a folder of three files, small and large, and a file. */
async function begin(t: TestContext) {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  for (const path of ["dir/a", "dir/sub/b"]) makeFile(join(served, path), 1000);
  makeFile(join(served, "dir/large"), 2_000_000);
  makeFile(join(served, "one/only"), 10);
  writeFileSync(join(served, "file"), "a file there");
  const { link } = await scene.serve(served);
  return { scene, served, link };
}

test("a folder never goes to standard output, not even the one file in it", async (t) => {
  const { scene, link } = await begin(t);
  for (const source of [":dir", ":dir/", ":one", ":"]) {
    for (const flags of [[], ["--dry-run"]]) {
      const get = await scene.run(["get", source, "-", ...flags], link);
      assert.equal(get.stdout, "", source);
      assert.equal(get.status, 6, get.account());
      assert.match(get.stderr, /^sampan: .*folder.* \(E_NOT_A_FOLDER\)\n$/, get.account());
    }
  }
  const file = await scene.run(["get", ":file", "-"], link);
  assert.deepEqual([file.status, file.stdout], [0, "a file there"], file.account());
});

test("several sources never go to one stream", async (t) => {
  const { link } = await begin(t);
  const peer = await connect(link);
  t.after(() => peer.close());
  const out = new PassThrough();
  await rejected("E_USAGE", (async () => peer.files.get(["file", "one/only"], out).result)());
  assert.equal(out.readableLength, 0);
});

test("a folder that is to go where a file is, is told in one line, and the file stays", async (t) => {
  const { scene, served, link } = await begin(t);
  const here = scene.path("here");
  writeFileSync(here, "a file here");
  for (const [direction, ...places] of [
    ["get", ":dir", here],
    ["get", ":dir", here, "--dry-run"],
    ["put", join(served, "dir"), ":file"],
    ["put", `${join(served, "dir")}/`, ":file"],
    ["put", join(served, "dir"), ":file", "--dry-run"],
  ] as const) {
    const run = await scene.run([direction, ...places], link);
    assert.equal(run.status, 6, run.account());
    const name = direction === "get" ? "here" : "file";
    assert.ok(run.stderr.startsWith(`sampan: ${name} is a file, `), run.account());
    assert.match(run.stderr, /^.* \(E_NOT_A_FOLDER\)\n$/);
  }
  assert.equal(readFileSync(here, "utf8"), "a file here");
  assert.equal(readFileSync(join(served, "file"), "utf8"), "a file there");
});

test("a file in the place of a folder further down is a problem of what is below it, each by its name", async (t) => {
  const { scene, link } = await begin(t);
  const copy = scene.makeFolder("copy");
  writeFileSync(join(copy, "sub"), "a file");
  const get = await scene.run(["get", ":dir/", copy], link);
  assert.equal(get.status, 8, get.account());
  const lines = get.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 3, get.account());
  assert.ok(lines[0]?.startsWith("sampan: sub is not a folder"), get.account());
  assert.ok(lines[1]?.startsWith("sampan: sub/b: sub is not a folder"), get.account());
});
