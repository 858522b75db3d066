import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertSameTree, MiB, makeFile, treeOf } from "./content.js";
import { numberOf, type SampanProcess } from "./sampan-process.js";
import { Scene } from "./scene.js";

/** A source and an older, differing target, before a get or put of the whole. */
async function begin(t: TestContext, direction: "get" | "put") {
  const scene = new Scene(t);
  const source = scene.path("source");
  makeFile(join(source, "film.bin"), 3 * MiB);
  makeFile(join(source, "notes/a.txt"), 1000);
  makeFile(join(source, "notes/b.tmp"), 1000);
  const served = direction === "get" ? source : scene.makeFolder("served");
  const target = direction === "get" ? scene.makeFolder("copy") : served;
  makeFile(join(target, "film.bin"), 2 * MiB, "old film");
  makeFile(join(target, "notes/a.txt"), 900, "old a");
  makeFile(join(target, "gone/extra.txt"), 10);
  const server = await scene.serve(served);
  const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
  const run = async (...flags: string[]) => {
    const one = await scene.run([direction, ...places, "--json", ...flags], server.link);
    assert.equal(one.status, 0, one.account());
    return one;
  };
  return { source, target, run };
}

function removedOf(run: SampanProcess): unknown[] {
  const removed = run.all("file-end").filter(({ outcome }) => outcome === "removed");
  return removed.map(({ path }) => path).sort();
}

describe("flags of a transfer", { concurrency: 4 }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction} --dry-run says what would be done and does nothing; --delete makes a mirror`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      const before = treeOf(target);
      const dry = await run("--dry-run", "--delete");
      assert.deepEqual(treeOf(target), before);
      assert.equal(numberOf(dry.last("done"), "sentBytes"), 0);
      const would = dry.all("file-end").filter(({ outcome }) => outcome === "would");
      assert.deepEqual(would.map(({ path }) => path).sort(), ["film.bin", "notes/a.txt", "notes/b.tmp"]);
      const gone = ["gone", "gone/extra.txt"];
      assert.deepEqual(removedOf(dry), gone);
      const mirror = await run("--delete");
      assert.deepEqual(removedOf(mirror), gone);
      assert.equal(numberOf(mirror.last("done"), "removedFiles"), 2);
      assertSameTree(target, source);
    });

    test(`${direction} --exclude, --include: what is left out is neither sent nor deleted without being asked`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      await run("--exclude", "*.tmp", "--exclude", "film.*");
      assert.ok(!existsSync(join(target, "notes/b.tmp")));
      assert.equal(statSync(join(target, "film.bin")).size, 2 * MiB);
      assert.ok(existsSync(join(target, "gone/extra.txt")));
      assert.ok(readFileSync(join(target, "notes/a.txt")).equals(readFileSync(join(source, "notes/a.txt"))));
      await run("--include", "*.tmp");
      assert.ok(existsSync(join(target, "notes/b.tmp")));
      assert.equal(statSync(join(target, "film.bin")).size, 2 * MiB);
    });

    test(`${direction} --skip leaves what is there, --rename writes beside`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      const [film, note] = ["film.bin", "notes/a.txt"].map((name) => readFileSync(join(target, name)));
      const skip = await run("--skip");
      assert.equal(numberOf(skip.last("done"), "skippedFiles"), 2);
      assert.ok(existsSync(join(target, "notes/b.tmp")));
      await run("--rename");
      assert.ok(readFileSync(join(target, "film.bin")).equals(film as Buffer));
      assert.ok(readFileSync(join(target, "notes/a.txt")).equals(note as Buffer));
      const beside = [
        ["film (1).bin", "film.bin"],
        ["notes/a (1).txt", "notes/a.txt"],
      ] as const;
      for (const [copy, original] of beside) {
        assert.ok(readFileSync(join(target, copy)).equals(readFileSync(join(source, original))), copy);
      }
    });

    test(`${direction} --checksum finds a change that size and time hide, and sends only its block`, async (t) => {
      const { source, target, run } = await begin(t, direction);
      await run();
      const film = join(target, "film.bin");
      const { mtime } = statSync(film);
      const content = readFileSync(film);
      content.writeUInt8(content.readUInt8(MiB + 7) ^ 1, MiB + 7);
      writeFileSync(film, content);
      utimesSync(film, mtime, statSync(join(source, "film.bin")).mtimeMs / 1000);
      const blind = await run();
      assert.equal(numberOf(blind.last("done"), "sentBytes"), 0);
      assert.equal(blind.last("done")?.digest, null, "nobody has looked at the content");
      const careful = await run("--checksum");
      assert.equal(numberOf(careful.last("done"), "sentBytes"), MiB);
      assert.match(String(careful.last("done")?.digest), /^blake3:/);
      assert.ok(readFileSync(film).equals(readFileSync(join(source, "film.bin"))));
    });
  }

  test("a put says in text what would be removed, and with -v what was", async (t) => {
    const scene = new Scene(t);
    makeFile(scene.path("site", "index.html"), 10);
    const served = scene.makeFolder("served");
    makeFile(join(served, "www/old\u001b.html"), 10);
    const { link } = await scene.serve(served);
    const run = async (...flags: string[]) => {
      const put = await scene.run(["put", `${scene.path("site")}/`, ":www", "--delete", ...flags], link);
      assert.equal(put.status, 0, put.account());
      return put.stdout.split("\n");
    };
    assert.ok((await run("--dry-run")).includes("would remove old\\x1b.html"));
    assert.ok((await run("-v")).includes("removed old\\x1b.html"));
  });

  test("a dry run makes no folder either", async (t) => {
    const scene = new Scene(t);
    makeFile(scene.path("source", "note.txt"), 1000);
    const served = scene.makeFolder("served");
    const server = await scene.serve(served);
    const put = await scene.run(["put", scene.path("source"), ":deep/er/", "--dry-run", "--json"], server.link);
    assert.equal(put.status, 0, put.account());
    assert.deepEqual([...treeOf(served)], []);
    makeFile(join(served, "note.txt"), 1000);
    const get = await scene.run(
      ["get", ":", `${scene.path("new", "deep")}/`, "--dry-run", "--delete", "--json"],
      server.link,
    );
    assert.equal(get.status, 0, get.account());
    assert.equal(get.last("file-end")?.path, "note.txt");
    assert.ok(!existsSync(scene.path("new")));
  });
});
