import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertSameTree, KiB, MiB, makeFile } from "./content.js";
import { type JsonEvent, numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

const isUnderWay = ({ event, bytes }: JsonEvent) => event === "progress" && Number(bytes) > 2 * MiB;

/** A folder about to be moved, slowly, to a name that is free. */
async function begin(t: TestContext, direction: "get" | "put") {
  const scene = new Scene(t);
  const served = scene.makeFolder("served");
  const source = join(direction === "get" ? served : scene.folder, "season");
  for (let at = 0; at < 60; at++) makeFile(join(source, `file-${at}.bin`), 200 * KiB, `small ${at}`);
  makeFile(join(source, "film.bin"), 12 * MiB, "film");
  const target = join(direction === "get" ? scene.folder : served, "copy");
  const places = direction === "get" ? [":/season", target] : [source, ":/copy"];
  const server = await scene.serve(served);
  const args = (...flags: string[]) => [direction, ...places, "--json", "--bwlimit", "16M", ...flags];
  return { scene, source, served, target, args, server };
}

describe("the same command again", { concurrency: 2 }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction} of a folder to a new name stays there when the server comes back`, async (t) => {
      const { scene, source, served, target, args, server } = await begin(t, direction);
      const client = scene.start(args(), server.link);
      await client.event(isUnderWay);
      server.process.kill("SIGKILL");
      await server.process.ended;
      await scene.serve(served, server.port);
      await client.ended;
      assert.equal(client.status, 0, client.account());
      assert.ok(client.last("retry"), client.account());
      assertSameTree(target, source);
      assert.ok(!existsSync(join(target, "..", ".sampan")), "nothing is remembered of what is over");
    });

    test(`${direction} of a folder to a new name goes on there after Ctrl-C, and into it once it is whole`, async (t) => {
      const { scene, source, target, args, server } = await begin(t, direction);
      const client = scene.start(args(), server.link);
      await client.event(isUnderWay);
      client.kill("SIGINT");
      await client.ended;
      assert.equal(client.status, 130, client.account());
      const again = await scene.run(args(), server.link);
      assert.equal(again.status, 0, again.account());
      assert.ok(numberOf(again.last("done"), "resumedBytes") > 0, again.account());
      assertSameTree(target, source);
      const into = await scene.run(args(), server.link);
      assert.equal(into.status, 0, into.account());
      assertSameTree(join(target, "season"), source);
    });

    test(`${direction} --rename goes on with the names that it gave`, async (t) => {
      const { scene, source, target, args, server } = await begin(t, direction);
      mkdirSync(join(target, "season"), { recursive: true });
      const names = readdirSync(source);
      for (const name of names) writeFileSync(join(target, "season", name), "old");
      const client = scene.start(args("--rename"), server.link);
      await client.event(isUnderWay);
      client.kill("SIGINT");
      await client.ended;
      const again = await scene.run(args("--rename"), server.link);
      assert.equal(again.status, 0, again.account());
      assert.match(String(again.last("done")?.digest), /^blake3:/);
      const renamed = names.map((name) => name.replace(".bin", " (1).bin"));
      assert.deepEqual(readdirSync(join(target, "season")).sort(), [...names, ...renamed].sort());
      for (const name of names) {
        assert.equal(readFileSync(join(target, "season", name), "utf8"), "old");
        const copy = join(target, "season", name.replace(".bin", " (1).bin"));
        assert.ok(readFileSync(copy).equals(readFileSync(join(source, name))), name);
      }
    });
  }

  for (const direction of ["get", "put"] as const) {
    test(`${direction}: a remote path is the same however it is written`, async (t) => {
      const { scene, source, target, args, server } = await begin(t, direction);
      const client = scene.start(args(), server.link);
      await client.event(isUnderWay);
      client.kill("SIGINT");
      await client.ended;
      const otherwise = args().map((word) => word.replace(/^:\//, ":./"));
      assert.notDeepEqual(otherwise, args());
      const again = await scene.run(otherwise, server.link);
      assert.equal(again.status, 0, again.account());
      assertSameTree(target, source);
      assert.ok(!existsSync(join(target, "..", ".sampan")), "nothing is remembered of what is over");
    });
  }

  test("put of a folder to a new name stays there after a run that left a file out", async (t) => {
    const { scene, source, target, server } = await begin(t, "put");
    const args = ["put", source, ":/copy", "--json"];
    const client = scene.start([...args, "--bwlimit", "16M"], server.link);
    await client.event(isUnderWay);
    makeFile(join(source, "film.bin"), 12 * MiB, "another film");
    await client.ended;
    assert.equal(client.status, 8, client.account());
    const again = await scene.run(args, server.link);
    assert.equal(again.status, 0, again.account());
    assertSameTree(target, source);
  });

  test("what is in a folder and the folder itself are two transfers", async (t) => {
    const { scene, source, target, server } = await begin(t, "put");
    const inside = scene.start(["put", `${source}/`, ":/copy", "--json", "--bwlimit", "16M"], server.link);
    await inside.event(isUnderWay);
    inside.kill("SIGINT");
    await inside.ended;
    const itself = await scene.run(["put", source, ":/copy", "--json"], server.link);
    assert.equal(itself.status, 0, itself.account());
    assertSameTree(join(target, "season"), source);
  });

  test("a get of nothing leaves no empty folder, which would change where the corrected command puts things", async (t) => {
    const scene = new Scene(t);
    const served = scene.makeFolder("served");
    makeFile(join(served, "season/film.bin"), 100);
    const server = await scene.serve(served);
    const typo = await scene.run(["get", ":/sesaon/", scene.path("deep/er"), "--json"], server.link);
    assert.equal(typo.status, 6, typo.account());
    assert.ok(!existsSync(scene.path("deep")));
    const right = await scene.run(["get", ":/season", scene.path("copy"), "--json"], server.link);
    assert.equal(right.status, 0, right.account());
    assertSameTree(scene.path("copy"), join(served, "season"));
  });
});
