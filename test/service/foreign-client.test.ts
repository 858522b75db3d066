import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../src/service/connect.js";
import { serve } from "../../src/service/serve.js";
import { speak } from "./foreign-connection.js";

/** What a client meets that speaks the protocol without this program. */
async function withServer(work: (link: string, folder: string) => Promise<void>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-foreign-"));
  const folder = join(scratch, "served");
  mkdirSync(folder);
  writeFileSync(join(folder, "five.txt"), "hello");
  const server = await serve({ folder, host: "127.0.0.1", port: 0, configFolder: join(scratch, "config") });
  try {
    await work(server.link as string, folder);
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

test("a put without a name stops no other transfer of the same token", async () => {
  await withServer(async (link) => {
    const one = await speak(link);
    one.send({ kind: "get", paths: ["five.txt"] });
    await one.next("offered");
    const other = await speak(link);
    other.send({ kind: "put", to: "copy", sources: [{ name: "five.txt" }] });
    await other.next("ready");
    one.send({ kind: "want", parts: [[0, 0, 1]] });
    assert.equal(Buffer.from((await one.next("data")).body).toString(), "hello");
    one.end();
    other.end();
  });
});

test("a put with a name takes over from its earlier run", async () => {
  await withServer(async (link) => {
    const request = { kind: "put", to: "copy", sources: [{ name: "five.txt" }], name: "the same" };
    const one = await speak(link);
    one.send(request);
    await one.next("ready");
    const other = await speak(link);
    other.send(request);
    await other.next("ready");
    const { header } = await one.next("error");
    assert.equal(header.code, "E_BUSY");
    one.end();
    other.end();
  });
});

test("look tells where a link points", async () => {
  await withServer(async (link, folder) => {
    symlinkSync("five.txt", join(folder, "link"));
    const peer = await connect(link);
    const found = await peer.files.look("link");
    assert.ok(found?.type === "link");
    assert.equal(found.target, "five.txt");
    const file = await peer.files.look("five.txt");
    assert.ok(file?.type === "file");
    assert.equal(file.bytes, 5);
    assert.equal(await peer.files.look("nothing"), undefined);
    await peer.close();
  });
});

test("a listing of very long paths comes through", async () => {
  await withServer(async (link, folder) => {
    const names = Array.from({ length: 15 }, (_, depth) => `${depth}`.padEnd(250, "x"));
    const deep = join(folder, ...names);
    mkdirSync(deep, { recursive: true });
    for (let file = 0; file < 500; file++) writeFileSync(join(deep, `${file}`), "");
    const peer = await connect(link);
    let count = 0;
    for await (const entry of peer.files.list("", { recursive: true })) if (entry.type === "file") count++;
    assert.equal(count, 501);
    await peer.close();
  });
});
