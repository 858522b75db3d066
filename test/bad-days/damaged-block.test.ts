import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { numberOf } from "./sampan-process.js";
import { linkVia, Scene } from "./scene.js";
import { bitFlip, type Carry, TcpProxy } from "./tcp-proxy.js";

const fileBytes = 12 * MiB + 999;
const smallBytes = 5000;

/** A get or put by way of a proxy; `damage` is done to the bytes that go from the sender to the receiver. */
async function begin(t: TestContext, direction: "get" | "put", damage: () => Carry) {
  const scene = new Scene(t);
  const source = scene.path("source");
  makeFile(join(source, "film.bin"), fileBytes);
  makeFile(join(source, "note.txt"), smallBytes);
  const served = direction === "get" ? source : scene.makeFolder("served");
  const target = direction === "get" ? scene.path("copy") : served;
  const server = await scene.serve(served);
  const proxy = await TcpProxy.open(scene, server.port, (connection) => {
    if (direction === "get") connection.toClient = damage();
    else connection.toServer = damage();
  });
  const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
  // On a busy machine a round trip takes long, and a far peer would be given more connections.
  const args = [direction, ...places, "--json", "--jobs", "1"];
  return { scene, source, target, args, link: linkVia(proxy.port, server.link), proxy };
}

describe("a bit is flipped under way", { concurrency: true }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction}: a damaged block is found, asked for again, and counted`, async (t) => {
      let flips = 0;
      const damage = () => bitFlip((index, length) => length === MiB && index === 5 && ++flips === 1);
      const { scene, source, target, args, link, proxy } = await begin(t, direction, damage);
      const run = await scene.run([...args, "--plain"], link);
      assert.equal(run.status, 0, run.account());
      assert.equal(flips, 2, "the block came once damaged and once as it is");
      assert.equal(numberOf(run.last("done"), "sentBytes"), fileBytes + smallBytes + MiB);
      assert.match(String(run.last("done")?.digest), /^blake3:[0-9a-f]{64}$/);
      assert.equal(proxy.connections, 1, "on the same connection");
      assertSameTree(target, source);
    });

    test(`${direction}: a damaged small file is asked for again`, async (t) => {
      let flips = 0;
      const damage = () => bitFlip((_index, length) => length === smallBytes && ++flips === 1);
      const { scene, source, target, args, link } = await begin(t, direction, damage);
      const run = await scene.run([...args, "--plain"], link);
      assert.equal(run.status, 0, run.account());
      assert.equal(numberOf(run.last("done"), "sentBytes"), fileBytes + 2 * smallBytes);
      assertSameTree(target, source);
    });

    test(`${direction}: a block that is damaged each time is given up, and the rest arrives`, async (t) => {
      let passes = 0;
      const damage = () => bitFlip((index, length) => length === MiB && index === 5 && ++passes > 0);
      const { scene, target, args, link } = await begin(t, direction, damage);
      const run = await scene.run([...args, "--plain"], link);
      assert.equal(run.status, 7, run.account());
      assert.deepEqual(
        run.all("problem").map(({ path, code }) => [path, code]),
        [["film.bin", "E_DIGEST"]],
      );
      assert.ok(passes >= 2 && passes <= 8, `asked for ${passes} times`);
      assert.equal(run.last("done")?.digest, null);
      assert.ok(!existsSync(join(target, "film.bin")), "a damaged file must not have its name");
      assert.ok(existsSync(join(target, "note.txt")));
    });

    test(`${direction}: what damages a sealed connection breaks it, and the transfer goes on by another`, async (t) => {
      let carried = 0;
      const damage = (): Carry => (chunk) => {
        const before = carried;
        carried += chunk.length;
        if (before < 6 * MiB && carried >= 6 * MiB)
          chunk.writeUInt8(chunk.readUInt8(chunk.length - 1) ^ 1, chunk.length - 1);
        return chunk;
      };
      const { scene, source, target, args, link, proxy } = await begin(t, direction, damage);
      const run = await scene.run(args, link);
      assert.equal(run.status, 0, run.account());
      assert.equal(run.all("retry").length, 1);
      assert.deepEqual(run.all("stalled"), [], "noticed at once, not by silence");
      assert.equal(proxy.connections, 2);
      assertSameTree(target, source);
    });
  }
});
