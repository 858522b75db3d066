import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { enlargeSmallDisk, mountSmallDisk, onSmallDisk } from "../small-disk.js";
import { assertSameTree, KiB, MiB, makeFile } from "./content.js";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

/** A get or put onto a disk of 16 MiB. */
async function begin(t: TestContext, direction: "get" | "put", makeSource: (folder: string) => void) {
  const scene = new Scene(t);
  const disk = scene.makeFolder("disk");
  scene.after(mountSmallDisk(disk, "16m"));
  const source = scene.path("source");
  makeSource(source);
  const server = await scene.serve(direction === "get" ? source : disk);
  const places = direction === "get" ? [":", `${disk}/`] : [`${source}/`, ":"];
  const enlarge = () => enlargeSmallDisk(disk, "64m");
  return { scene, source, disk, server, enlarge, args: [direction, ...places, "--json"] };
}

describe("the disk fills up", { concurrency: true, ...onSmallDisk }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction}: status 6, the server goes on, and with more room the same command resumes`, async (t) => {
      const begun = await begin(t, direction, (source) => makeFile(join(source, "film.bin"), 24 * MiB));
      if (!begun) return;
      const { scene, source, disk, server, enlarge, args } = begun;
      const full = await scene.run(args, server.link);
      assert.equal(full.status, 6, full.account());
      assert.equal(full.last("error")?.code, "E_NO_SPACE");
      assert.match(String(full.last("error")?.message), /film\.bin.*make room/);
      assert.ok(!existsSync(join(disk, "film.bin")));
      assert.equal((await scene.run(["ls", ":"], server.link)).status, 0);
      enlarge();
      const again = await scene.run(args, server.link);
      assert.equal(again.status, 0, again.account());
      const done = again.last("done");
      assert.ok(numberOf(done, "resumedBytes") >= 8 * MiB, again.account());
      assert.equal(numberOf(done, "resumedBytes") + numberOf(done, "sentBytes"), 24 * MiB);
      assertSameTree(disk, source);
    });

    test(`${direction}: many small files, of which those that fit stay`, async (t) => {
      const bytes = 100 * KiB;
      const count = 240;
      const begun = await begin(t, direction, (source) => {
        for (let at = 0; at < count; at++) makeFile(join(source, `file-${at}`), bytes);
      });
      if (!begun) return;
      const { scene, source, disk, server, enlarge, args } = begun;
      const full = await scene.run(args, server.link);
      assert.equal(full.status, 6, full.account());
      assert.equal(full.last("error")?.code, "E_NO_SPACE");
      const placed = readdirSync(disk).filter((name) => name.startsWith("file-")).length;
      assert.ok(placed > 0 && placed < count, `${placed} files are there`);
      const listed = await scene.run(["ls", ":", "--json"], server.link);
      assert.equal(listed.status, 0, listed.account());
      enlarge();
      const again = await scene.run(args, server.link);
      assert.equal(again.status, 0, again.account());
      assert.equal(
        numberOf(again.last("done"), "sentBytes"),
        (count - placed) * bytes,
        "what was placed is not sent again",
      );
      assertSameTree(disk, source);
    });
  }
});
