import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Connection } from "../../src/classic/connection.js";
import { downloadFile } from "../../src/classic/download.js";
import { ServedFolder } from "../../src/classic/served-folder.js";
import { textEncoding } from "../../src/service/text-encoding.js";
import { needs } from "../needs.js";
import { rejected } from "../store/scratch.js";
import { allIn, headed, Scene, scratch } from "./classic-peer.js";

const watch = { begin: () => {}, bytes: () => {} };

async function start(t: TestContext): Promise<{ scene: Scene; dir: string }> {
  const dir = join(scratch(t), "served");
  mkdirSync(dir);
  return { scene: await Scene.start(t, "download", { folder: dir }), dir };
}

/** The answer to a name: the header's text, and the bytes that it declares. */
async function ask(connection: Connection, name: string | Buffer): Promise<{ header: string; bytes: Buffer }> {
  await connection.send(Buffer.from(name));
  const header = (await connection.readExactly((await connection.readExactly(4)).readInt32LE())).toString();
  const { lenth = 0 } = JSON.parse(header) as { lenth?: number };
  return { header, bytes: lenth === 0 ? Buffer.alloc(0) : await connection.readExactly(lenth) };
}

test(
  "download: names that lead out, links, folders and devices are files that are not there",
  needs("linux"),
  async (t) => {
    const { scene, dir } = await start(t);
    writeFileSync(join(dir, "..", "secret"), "secret");
    symlinkSync("../secret", join(dir, "link"));
    symlinkSync("..", join(dir, "up"));
    mkdirSync(join(dir, "sub"));
    writeFileSync(join(dir, "sub", "inner"), "inner");
    const { connection } = await scene.client(t);
    const hostile = [
      "../secret",
      "sub/../../secret",
      "/etc/passwd",
      "link",
      "up/secret",
      "sub",
      "a\0b",
      ".",
      "..",
      "//",
      "\xff",
    ];
    for (const name of hostile) assert.equal((await ask(connection, name)).header, "{}", JSON.stringify(name));
    assert.equal((await ask(connection, Buffer.from([0xff, 0xfe]))).header, "{}");
    assert.equal((await ask(connection, "sub/inner")).bytes.toString(), "inner");
    const told = scene.events.filter((event) => event.event === "file-end").map((event) => event.outcome);
    assert.equal(told.filter((outcome) => outcome === "sent").length, 1);
    assert.ok(told.includes("failed"), "a refusal is told");
  },
);

test("download: a file that is gone between listing and sending", async (t) => {
  const { scene, dir } = await start(t);
  writeFileSync(join(dir, "a"), "there");
  const { connection } = await scene.client(t);
  assert.equal((await ask(connection, "a")).bytes.toString(), "there");
  rmSync(join(dir, "a"));
  assert.equal((await ask(connection, "a")).header, "{}");
  assert.deepEqual((await scene.event("file-end", 2)).outcome, "missing");
});

test("download: 200 clients at once get equal bytes", async (t) => {
  const { scene, dir } = await start(t);
  const content = randomBytes(300_000);
  writeFileSync(join(dir, "film"), content);
  const clients = await Promise.all(Array.from({ length: 200 }, () => scene.client(t)));
  const got = await Promise.all(clients.map(({ connection }) => ask(connection, "film")));
  for (const { bytes } of got) assert.ok(bytes.equals(content));
});

/** More than the buffers of both kernels hold, so that sending stops in the middle. */
const bigBytes = 32 * 2 ** 20;

for (const [what, change] of [
  ["grows", (path: string) => appendFileSync(path, "more")],
  ["shrinks", (path: string) => truncateSync(path, 1000)],
  ["is written over", (path: string) => writeFileSync(path, Buffer.alloc(bigBytes, 1))],
] as const) {
  test(`download: a file that ${what} while it is sent does not pass for whole`, async (t) => {
    const { scene, dir } = await start(t);
    const path = join(dir, "film");
    writeFileSync(path, Buffer.alloc(bigBytes));
    const { connection } = await scene.client(t);
    await connection.send(Buffer.from("film"));
    await connection.readExactly((await connection.readExactly(4)).readInt32LE());
    await connection.readExactly(1000);
    change(path);
    await rejected("E_CONNECTION_LOST", connection.readExactly(bigBytes - 1000));
    assert.equal((await scene.event("file-end")).code, "E_SOURCE_CHANGED");
  });
}

test("download: a reader that never reads does not fill memory", async (t) => {
  const { scene, dir } = await start(t);
  const path = join(dir, "film");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 26);
  const { socket, connection } = await scene.client(t);
  await connection.send(Buffer.from("film"));
  await scene.event("file-begin");
  await connection.readExactly(4);
  const before = process.memoryUsage().arrayBuffers;
  socket.pause();
  // Another client is served meanwhile, so the server has had every chance to read on.
  const other = await scene.client(t);
  await other.connection.send(Buffer.from("none"));
  await other.connection.readExactly(6);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 2 ** 20);
  socket.resetAndDestroy();
  assert.equal((await scene.event("disconnected")).code, "E_CONNECTION_LOST");
});

/** A server that answers anything with the same bytes and closes. */
async function sayer(t: TestContext, answer: Buffer): Promise<Connection> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const socket = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  t.after(() => {
    socket.destroy();
    server.close();
  });
  return new Connection(socket);
}

for (const [what, answer, code] of [
  ["another MD5", Buffer.concat([headed(`{"lenth": 2, "md5": "${"0".repeat(32)}"}`), Buffer.from("hi")]), "E_DIGEST"],
  ["too few bytes", Buffer.concat([headed('{"lenth": 3}'), Buffer.from("hi")]), "E_CONNECTION_LOST"],
  ["a size of 1e300", headed('{"lenth": 1e300}'), "E_PROTOCOL"],
  ["no size", headed('{"md5": "x"}'), "E_PROTOCOL"],
  ["{}", headed("{}"), "E_NOT_FOUND"],
  ["a header of 2 GiB", headed("{}", 2 ** 31 - 1), "E_TOO_LARGE"],
  ["nothing", Buffer.alloc(0), "E_CONNECTION_LOST"],
] as const) {
  test(`a client keeps nothing of a download with ${what}`, async (t) => {
    const dir = scratch(t);
    const folder = new ServedFolder(dir);
    t.after(() => folder.close());
    const connection = await sayer(t, answer);
    await rejected(code, downloadFile(connection, "name", folder, await textEncoding("utf-8"), watch));
    assert.deepEqual(allIn(dir), []);
  });
}

test("a client keeps a download without an MD5, and says that nothing was compared", async (t) => {
  const dir = scratch(t);
  const folder = new ServedFolder(dir);
  t.after(() => folder.close());
  const connection = await sayer(t, Buffer.concat([headed('{"lenth": 2}'), Buffer.from("hi")]));
  const file = await downloadFile(connection, "../deep/name", folder, await textEncoding("utf-8"), watch);
  assert.deepEqual(file, { bytes: 2, md5: createHash("md5").update("hi").digest("hex"), verified: false });
  assert.deepEqual(allIn(dir), ["name"]);
});
