import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

const fileBytes = 16 * MiB;

/** What happens to the file while its middle is on its way. */
const changes: Record<string, (path: string, replacement: string) => void> = {
  grows: (path) => appendFileSync(path, "one line more\n"),
  shrinks: (path) => truncateSync(path, fileBytes - 3 * MiB),
  "shrinks to nothing": (path) => truncateSync(path, 0),
  "is replaced": (path, replacement) => renameSync(replacement, path),
  "is written over at a place that has been sent": (path) => {
    const file = openSync(path, "r+");
    writeSync(file, "another content of the same length", 1000);
    closeSync(file);
  },
  "is touched": (path) => utimesSync(path, 1_700_000_000, 1_700_000_000),
};

describe("a file changes while it is sent", { concurrency: 4 }, () => {
  for (const [what, change] of Object.entries(changes)) {
    for (const direction of ["get", "put"] as const) {
      const isOld = what !== "grows";
      test(`${direction}: a file that ${what} is named, and the rest arrives`, async (t) => {
        const scene = new Scene(t);
        const source = scene.path("source");
        const film = join(source, "film.bin");
        for (const name of ["a.txt", "z.txt"]) makeFile(join(source, name), 5000);
        for (const name of ["beside.bin", "zz.bin"]) makeFile(join(source, name), 2 * MiB);
        makeFile(film, fileBytes);
        // Made beforehand: there is little more than a second for the change.
        const replacement = scene.path("replacement");
        if (what === "is replaced") makeFile(replacement, fileBytes, "replaced");
        const served = direction === "get" ? source : scene.makeFolder("served");
        const target = direction === "get" ? scene.makeFolder("copy") : served;
        const old = isOld ? makeFile(join(target, "film.bin"), 3 * MiB, "old") : undefined;
        const server = await scene.serve(served);
        const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
        const args = [direction, ...places, "--json", "--bwlimit", "8M"];

        const client = scene.start(args, server.link);
        await client.event((event) => event.event === "progress" && numberOf(event, "sentBytes") >= 7 * MiB);
        change(film, replacement);
        await client.ended;
        assert.equal(client.status, 8, client.account());
        assert.deepEqual(
          client.all("problem").map(({ path, code }) => [path, code]),
          [["film.bin", "E_SOURCE_CHANGED"]],
          client.account(),
        );
        assert.equal(client.last("done")?.digest, null);
        if (old) assert.ok(readFileSync(join(target, "film.bin")).equals(old), "the old content, whole");
        else assert.ok(!existsSync(join(target, "film.bin")));
        for (const name of ["a.txt", "z.txt", "beside.bin", "zz.bin"]) {
          assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(source, name))), name);
        }

        const again = await scene.run(args.slice(0, -2), server.link);
        assert.equal(again.status, 0, again.account());
        assertSameTree(target, source);
      });
    }
  }

  test("put: a small file that is gone when its turn comes is named, and the rest arrives", async (t) => {
    const scene = new Scene(t);
    const source = scene.path("source");
    for (let at = 0; at < 40; at++) makeFile(join(source, `file-${10 + at}`), MiB / 2);
    const served = scene.makeFolder("served");
    const server = await scene.serve(served);
    const args = ["put", `${source}/`, ":", "--json", "--bwlimit", "10M"];
    const client = scene.start(args, server.link);
    await client.event((event) => event.event === "progress" && numberOf(event, "sentBytes") >= 2 * MiB);
    renameSync(join(source, "file-49"), join(scene.folder, "gone"));
    await client.ended;
    assert.equal(client.status, 8, client.account());
    assert.deepEqual(
      client.all("problem").map(({ path, code }) => [path, code]),
      [["file-49", "E_SOURCE_CHANGED"]],
    );
    assertSameTree(served, source);
  });
});
