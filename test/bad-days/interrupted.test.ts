import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertSameTree, MiB, makeFile } from "./content.js";
import { numberOf } from "./sampan-process.js";
import { Scene } from "./scene.js";

const fileBytes = 24 * MiB;
const startsAnew = "interrupted; a stream cannot be taken up where it stopped: the same command starts it anew";

describe("Ctrl-C", { concurrency: true }, () => {
  for (const direction of ["get", "put"] as const) {
    test(`${direction}: ends with status 130, keeps what has arrived, and the same command goes on`, async (t) => {
      const scene = new Scene(t);
      const source = scene.path("source");
      makeFile(join(source, "film.bin"), fileBytes);
      const served = direction === "get" ? source : scene.makeFolder("served");
      const target = direction === "get" ? scene.path("copy") : served;
      const server = await scene.serve(served);
      const places = direction === "get" ? [":", `${target}/`] : [`${source}/`, ":"];
      const args = [direction, ...places, "--json", "--bwlimit", "20M"];
      const client = scene.start(args, server.link);
      await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > 6 * MiB);
      client.kill("SIGINT");
      assert.deepEqual(await client.ended, { status: 130, signal: null }, client.account());
      assert.equal(client.last("error")?.code, "E_INTERRUPTED");
      assert.ok(!existsSync(join(target, "film.bin")), "half a file has no name");
      const told = await server.process.event("transfer-end");
      assert.equal(typeof told.code, "string", "the server knows that it did not end well");
      const again = await scene.run(args, server.link);
      assert.equal(again.status, 0, again.account());
      const done = again.last("done");
      assert.ok(numberOf(done, "resumedBytes") > 6 * MiB, again.account());
      assert.equal(numberOf(done, "resumedBytes") + numberOf(done, "sentBytes"), fileBytes);
      assertSameTree(target, source);
    });
  }

  test("put from a stream: says that it starts anew, and leaves nothing there", async (t) => {
    const scene = new Scene(t);
    const served = scene.makeFolder("served");
    const server = await scene.serve(served);
    const args = ["put", "-", ":film.bin", "--json", "--bwlimit", "4M"];
    const client = scene.start(args, server.link, "x".repeat(fileBytes));
    await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > MiB);
    client.kill("SIGINT");
    assert.deepEqual(await client.ended, { status: 130, signal: null }, client.account());
    const told = client.last("error");
    assert.deepEqual([told?.code, told?.message], ["E_INTERRUPTED", startsAnew]);
    await server.process.event("transfer-end");
    server.process.kill("SIGINT");
    await server.process.ended;
    assert.deepEqual(readdirSync(served), []);
  });

  test("get to a stream: says that it starts anew", async (t) => {
    const scene = new Scene(t);
    makeFile(scene.path("served", "film.bin"), fileBytes);
    const server = await scene.serve(scene.path("served"));
    const client = scene.start(["get", ":film.bin", "-", "--bwlimit", "4M"], server.link);
    await server.process.event("transfer-begin");
    client.kill("SIGINT");
    assert.deepEqual(await client.ended, { status: 130, signal: null }, client.account());
    assert.equal(client.stderr, `sampan: ${startsAnew} (E_INTERRUPTED)\n`);
  });

  test("a server that is closed by Ctrl-C ends with status 0 and tells its clients", async (t) => {
    const scene = new Scene(t);
    makeFile(scene.path("served", "film.bin"), fileBytes);
    const server = await scene.serve(scene.path("served"));
    const args = ["get", ":film.bin", scene.path("film.bin"), "--json", "--bwlimit", "20M"];
    const client = scene.start(args, server.link);
    await client.event((event) => event.event === "progress" && numberOf(event, "bytes") > 6 * MiB);
    server.process.kill("SIGINT");
    assert.deepEqual(await server.process.ended, { status: 0, signal: null }, server.process.account());
    await client.event("retry");
    await scene.serve(scene.path("served"), server.port);
    await client.ended;
    assert.equal(client.status, 0, client.account());
  });
});
