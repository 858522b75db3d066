import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { numberOf } from "./sampan-process.js";
import { linkVia, Scene } from "./scene.js";
import { type Carried, TcpProxy } from "./tcp-proxy.js";

/** Enough that each of the four has its share, though the first begins before the others are there. */
const filmBytes = 140 * MiB;
const shortFilmBytes = 30 * MiB;
const otherBytes = 10 * MiB + 30 * 100_000;

async function begin(t: TestContext, direction: "get" | "put", bytes: number, arrived: (connection: Carried) => void) {
  const scene = new Scene(t);
  const source = scene.path("source");
  makeFile(join(source, "film.bin"), bytes);
  makeFile(join(source, "more.bin"), 10 * MiB);
  for (let at = 0; at < 30; at++) makeFile(join(source, "folder", `small-${at}`), 100_000);
  const served = direction === "get" ? source : scene.makeFolder("served");
  const target = direction === "get" ? scene.path("copy") : served;
  const server = await scene.serve(served);
  const proxy = await TcpProxy.open(scene, server.port, arrived);
  const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
  const link = linkVia(proxy.port, server.link);
  return { scene, source, target, served, server, proxy, link, args: [direction, ...places, "--json", "--jobs", "4"] };
}

/** Counts what a connection carries, both ways. */
function count(connection: Carried, onBytes: (total: number) => void): void {
  let total = 0;
  connection.toClient = connection.toServer = (chunk) => {
    total += chunk.length;
    onBytes(total);
    return chunk;
  };
}

describe("four connections", { concurrency: 2 }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction}: all four carry content, and each byte once`, async (t) => {
      const carried: number[] = [];
      const { scene, source, target, link, proxy, args } = await begin(t, direction, filmBytes, (connection) =>
        count(connection, (bytes) => {
          carried[connection.number - 1] = bytes;
        }),
      );
      const run = await scene.run([...args, "--bwlimit", "120M"], link);
      assert.equal(run.status, 0, run.account());
      assert.equal(proxy.connections, 4);
      assert.ok(
        carried.every((bytes) => bytes > 2 * MiB),
        `carried ${carried}`,
      );
      assert.equal(numberOf(run.last("done"), "sentBytes"), filmBytes + otherBytes);
      assert.match(String(run.last("done")?.digest), /^blake3:/);
      assertSameTree(target, source);
    });

    test(`${direction}: one that breaks off is made up for by the others`, async (t) => {
      let cuts = 0;
      const { scene, source, target, link, args } = await begin(t, direction, filmBytes, (connection) => {
        if (connection.number !== 3) return;
        count(connection, (bytes) => {
          if (bytes < 8 * MiB || cuts > 0) return;
          cuts++;
          connection.cut();
        });
      });
      const run = await scene.run([...args, "--bwlimit", "120M"], link);
      assert.equal(run.status, 0, run.account());
      assert.equal(cuts, 1);
      assert.deepEqual(run.all("retry"), [], "the transfer itself goes on");
      const sent = numberOf(run.last("done"), "sentBytes");
      assert.ok(sent >= filmBytes + otherBytes && sent < filmBytes + otherBytes + 24 * MiB, `sent ${sent}`);
      assertSameTree(target, source);
    });

    test(`${direction}: the first breaks off, and with it the transfer, which is taken up again`, async (t) => {
      let cuts = 0;
      const { scene, source, target, link, args } = await begin(t, direction, shortFilmBytes, (connection) => {
        if (connection.number !== 1) return;
        count(connection, (bytes) => {
          if (bytes < 2 * MiB || cuts > 0) return;
          cuts++;
          connection.cut();
        });
      });
      const run = await scene.run([...args, "--bwlimit", "40M"], link);
      assert.equal(run.status, 0, run.account());
      assert.equal(cuts, 1);
      assert.equal(run.all("retry").length, 1);
      assertSameTree(target, source);
    });

    test(`${direction}: kill -9 of both ends, and the same command goes on`, async (t) => {
      const { scene, source, target, served, server, link, args } = await begin(t, direction, shortFilmBytes, () => {});
      const client = scene.start([...args, "--bwlimit", "40M"], link);
      await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > 20 * MiB);
      client.kill("SIGKILL");
      server.process.kill("SIGKILL");
      await Promise.all([client.ended, server.process.ended]);
      const haveBytes = numberOf(client.last("progress"), "bytes");
      await scene.serve(served, server.port);
      const again = await scene.run(args, link);
      assert.equal(again.status, 0, again.account());
      const done = again.last("done");
      assert.ok(numberOf(done, "sentBytes") <= shortFilmBytes + otherBytes - haveBytes, again.account());
      assertSameTree(target, source);
    });
  }
});
