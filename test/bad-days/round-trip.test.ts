import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.js";
import { assertSameTree } from "./content.js";
import { makeOddTree, metaOf, sparseBytes } from "./odd-tree.js";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

test("an odd tree goes there and back, and nothing differs", needs("linux"), async (t) => {
  const scene = new Scene(t);
  const source = scene.path("source");
  const served = scene.makeFolder("served");
  const [there, back] = [join(served, "there"), scene.path("back")];
  makeOddTree(source);
  scene.after(() => {
    for (const folder of [source, there, back]) chmodSync(join(folder, "locked"), 0o755);
  });
  const server = await scene.serve(served);
  const added = await scene.run(["remote", "add", "odd"], "", `${server.link}\n`);
  assert.equal(added.status, 0, added.account());

  const put = await scene.run(["put", source, "odd:there", "--json"]);
  assert.equal(put.status, 0, put.account());
  const get = await scene.run(["get", "odd:there", back, "--json"]);
  assert.equal(get.status, 0, get.account());
  for (const folder of [there, back]) {
    const { status, stdout } = spawnSync("diff", ["-r", "--no-dereference", source, folder], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assertSameTree(folder, source);
    assert.deepEqual(metaOf(folder), metaOf(source));
    const { size, blocks } = lstatSync(join(folder, "sparse.img"));
    assert.equal(size, sparseBytes);
    assert.ok(blocks * 512 < sparseBytes / 4, `the sparse file takes ${blocks * 512} bytes`);
  }
  assert.deepEqual(readdirSync(served), ["there"], "nothing unfinished is left");
  const digest = put.last("done")?.digest;
  assert.match(String(digest), /^blake3:/);
  assert.equal(get.last("done")?.digest, digest);
  const hash = await scene.run(["hash", source]);
  assert.ok(hash.stdout.includes(String(digest).slice("blake3:".length)), hash.stdout);

  const same = await scene.run(["put", `${source}/`, "odd:there", "--json"]);
  assert.equal(same.status, 0, same.account());
  assert.equal(numberOf(same.last("done"), "sentBytes"), 0);
  assert.equal(numberOf(same.last("done"), "skippedFiles"), numberOf(put.last("done"), "files"));
  assert.deepEqual(metaOf(there), metaOf(source), "and leaves modes and times as they are");

  const checked = await scene.run(["put", `${source}/`, "odd:there", "--json", "--checksum"]);
  assert.equal(checked.status, 0, checked.account());
  assert.equal(numberOf(checked.last("done"), "sentBytes"), 0);
  assert.equal(checked.last("done")?.digest, digest, "compared by content, so the digest can be vouched for");
});
