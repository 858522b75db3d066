import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { type JsonEvent, numberOf, type SampanProcess } from "./sampan-process.js";
import { linkVia, Scene } from "./scene.js";
import { TcpProxy } from "./tcp-proxy.js";

const directions = ["get", "put"] as const;
const fileBytes = 40 * MiB;

async function begin(t: TestContext, direction: "get" | "put", ...flags: string[]) {
  const scene = new Scene(t);
  const source = scene.path("source");
  makeFile(join(source, "film.bin"), fileBytes);
  makeFile(join(source, "note.txt"), 5000);
  const served = direction === "get" ? source : scene.makeFolder("served");
  const target = direction === "get" ? scene.path("copy") : served;
  const server = await scene.serve(served);
  const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
  const args = [direction, ...places, "--json", "--bwlimit", "30M", ...flags];
  return { scene, source, target, server, args };
}

async function midway(client: SampanProcess): Promise<void> {
  await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > 8 * MiB);
}

/** The first event of that name from now on, and how long it took. */
async function next(process: SampanProcess, name: string): Promise<{ event: JsonEvent; ms: number }> {
  const past = new Set(process.events);
  const startedMs = performance.now();
  const event = await process.event((one) => one.event === name && !past.has(one));
  return { event, ms: performance.now() - startedMs };
}

describe("a peer falls silent without closing", { concurrency: true }, () => {
  for (const direction of directions) {
    test(`${direction}: a stopped server is noticed and said within 10 s, tried again, and taken up`, async (t) => {
      const { scene, source, target, server, args } = await begin(t, direction);
      const client = scene.start(args, server.link);
      await midway(client);
      server.process.kill("SIGSTOP");
      const stalled = await next(client, "stalled");
      assert.ok(stalled.ms < 10_000, `said after ${stalled.ms} ms`);
      assert.ok(numberOf(stalled.event, "silentMs") > 0);
      const retry = await next(client, "retry");
      assert.equal(retry.event.code, "E_SILENT", client.account());
      server.process.kill("SIGCONT");
      await client.ended;
      assert.equal(client.status, 0, client.account());
      assert.ok(numberOf(client.last("done"), "sentBytes") < fileBytes + 24 * MiB, client.account());
      assertSameTree(target, source);
    });

    test(`${direction}: a server that stays stopped is given up after --timeout, and taken up by the next run`, async (t) => {
      const { scene, source, target, server, args } = await begin(t, direction, "--timeout", "12");
      const client = scene.start(args, server.link);
      await midway(client);
      server.process.kill("SIGSTOP");
      const stoppedMs = performance.now();
      await client.ended;
      const seconds = (performance.now() - stoppedMs) / 1000;
      assert.equal(client.status, 9, client.account());
      assert.equal(client.last("error")?.code, "E_TIMED_OUT");
      assert.ok(seconds > 6 && seconds < 25, `given up after ${seconds} s`);
      server.process.kill("SIGCONT");
      const again = await scene.run(args, server.link);
      assert.equal(again.status, 0, again.account());
      assert.ok(numberOf(again.last("done"), "resumedBytes") > 0, again.account());
      assertSameTree(target, source);
    });

    test(`${direction}: a client that was stopped is given up by the server, and goes on when it wakes`, async (t) => {
      const { scene, source, target, server, args } = await begin(t, direction);
      const client = scene.start(args, server.link);
      await midway(client);
      client.kill("SIGSTOP");
      const gone = await server.process.event("transfer-end");
      assert.equal(gone.code, "E_SILENT", JSON.stringify(gone));
      client.kill("SIGCONT");
      await client.ended;
      assert.equal(client.status, 0, client.account());
      assertSameTree(target, source);
    });

    test(`${direction}: a network that swallows everything is left for a new connection`, async (t) => {
      const { scene, source, target, server, args } = await begin(t, direction, "--jobs", "1");
      let swallow = () => {};
      const nothing = Buffer.alloc(0);
      const proxy = await TcpProxy.open(scene, server.port, (connection) => {
        if (connection.number === 1) {
          swallow = () => {
            connection.toClient = connection.toServer = () => nothing;
          };
        }
      });
      const client = scene.start(args, linkVia(proxy.port, server.link));
      await midway(client);
      swallow();
      const stalled = await next(client, "stalled");
      assert.ok(stalled.ms < 10_000, `said after ${stalled.ms} ms`);
      await client.ended;
      assert.equal(client.status, 0, client.account());
      assert.equal(proxy.connections, 2);
      assertSameTree(target, source);
    });
  }
});
