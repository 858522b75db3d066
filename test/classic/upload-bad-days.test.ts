import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs } from "../needs.js";
import { allIn, headed, Scene, scratch } from "./classic-peer.js";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

async function start(t: TestContext): Promise<{ scene: Scene; dir: string }> {
  const dir = join(scratch(t), "served");
  mkdirSync(dir);
  return { scene: await Scene.start(t, "upload", { folder: dir }), dir };
}

/** Sends bytes; what the server makes of them ends the connection. */
async function refusedUpload(
  t: TestContext,
  bytes: Buffer,
): Promise<{ code: string | undefined; message: string; left: string[] }> {
  const { scene, dir } = await start(t);
  const { socket } = await scene.client(t);
  socket.write(bytes);
  const { code, message = "" } = await scene.event("disconnected");
  return { code, message, left: allIn(dir) };
}

const badHeaders: readonly (readonly [what: string, bytes: Buffer, code: string, message: RegExp])[] = [
  ["a length of -1", headed("{}", -1), "E_PROTOCOL", /-1/],
  ["a length of 0", headed("", 0), "E_PROTOCOL", /0/],
  ["a length of 2^31 - 1", headed("{}", 2 ** 31 - 1), "E_TOO_LARGE", /2147483647/],
  ["a length just above the cap", headed("{}", 64 * 1024 + 1), "E_TOO_LARGE", /65537/],
  ["JSON that is not JSON", headed("{'file_name': 'a'}"), "E_PROTOCOL", /JSON/],
  ["JSON that is a list", headed('["a", 5]'), "E_PROTOCOL", /object/],
  ["JSON that is null", headed("null"), "E_PROTOCOL", /object/],
  ["no name", headed('{"file_size": 5}'), "E_PROTOCOL", /file_name/],
  ["a name that is a number", headed('{"file_name": 5, "file_size": 5}'), "E_PROTOCOL", /file_name/],
  ["no size", headed('{"file_name": "a"}'), "E_PROTOCOL", /file_size/],
  ["an MD5 that is a number", headed('{"file_name": "a", "file_size": 5, "md5": 7}'), "E_PROTOCOL", /md5/],
  ...["-1", "1.5", "1e300", '"5"', "9007199254740993", "null", "true", "[5]"].map(
    (size) =>
      [`a size of ${size}`, headed(`{"file_name": "a", "file_size": ${size}}`), "E_PROTOCOL", /file_size/] as const,
  ),
  ...["..", "../a", "a/../../b", "a/..", "", "/", "a/", "a\u0000b", ".", ".sampan", ".sampan/x", "\ud800"].map(
    (name) =>
      [
        `the name ${JSON.stringify(name)}`,
        headed(JSON.stringify({ file_name: name, file_size: 0 })),
        "E_UNSAFE_NAME",
        /refused/,
      ] as const,
  ),
];

for (const [what, bytes, code, message] of badHeaders) {
  test(`upload: ${what} ends that client, and leaves nothing`, async (t) => {
    const found = await refusedUpload(t, bytes);
    assert.deepEqual([found.code, found.left], [code, []], found.message);
    assert.match(found.message, message);
  });
}

test("upload: folders in front of a name fall away, absolute ones, too", async (t) => {
  const { scene, dir } = await start(t);
  const { socket } = await scene.client(t);
  socket.write(headed('{"file_name": "/etc/passwd", "file_size": 2}hi'.slice(0, -2)));
  socket.write("hi");
  socket.write(headed('{"file_name": "b/c/d.txt", "file_size": 0}'));
  await scene.event("file-end", 2);
  assert.deepEqual(allIn(dir), ["d.txt", "passwd"]);
});

test("upload: a link that has the name is replaced, not followed", needs("linux"), async (t) => {
  const { scene, dir } = await start(t);
  const outside = join(dir, "..", "outside");
  writeFileSync(outside, "as it was");
  symlinkSync(outside, join(dir, "link"));
  const { socket } = await scene.client(t);
  socket.write(Buffer.concat([headed('{"file_name": "link", "file_size": 3}'), Buffer.from("new")]));
  assert.equal((await scene.event("file-end")).outcome, "received");
  assert.equal(readFileSync(outside, "utf8"), "as it was");
  assert.equal(readFileSync(join(dir, "link"), "utf8"), "new");
});

for (const [where, cut] of [
  ["in the length", 2],
  ["in the header", 20],
  ["before the first byte", 46],
  ["in the file", 50],
] as const) {
  test(`upload: a client that dies ${where} leaves what was there before`, async (t) => {
    const { scene, dir } = await start(t);
    writeFileSync(join(dir, "a"), "old");
    const whole = Buffer.concat([headed('{"file_name": "a", "file_size": 1000}'), Buffer.alloc(1000)]);
    const { socket } = await scene.client(t);
    socket.end(whole.subarray(0, Math.min(cut, whole.length)));
    assert.equal((await scene.event("disconnected")).code, "E_CONNECTION_LOST");
    assert.deepEqual(allIn(dir), ["a"]);
    assert.equal(readFileSync(join(dir, "a"), "utf8"), "old");
  });
}

test("upload: a reset in the middle of a file leaves nothing, and other clients go on", async (t) => {
  const { scene, dir } = await start(t);
  const [dying, other] = [await scene.client(t), await scene.client(t)];
  dying.socket.write(Buffer.concat([headed('{"file_name": "a", "file_size": 1000000}'), Buffer.alloc(100_000)]));
  await scene.event("file-begin");
  dying.socket.resetAndDestroy();
  assert.equal((await scene.event("disconnected")).code, "E_CONNECTION_LOST");
  assert.deepEqual(allIn(dir), []);
  other.socket.write(Buffer.concat([headed('{"file_name": "b", "file_size": 2}'), Buffer.from("ok")]));
  await scene.event("file-end", 2);
  assert.deepEqual(allIn(dir), ["b"]);
});

test("upload: another MD5 is told, the file not kept, and the next one is", async (t) => {
  const { scene, dir } = await start(t);
  const { socket } = await scene.client(t);
  const upload = (name: string, text: string, digest: string): Buffer =>
    Buffer.concat([
      headed(JSON.stringify({ file_name: name, file_size: text.length, md5: digest })),
      Buffer.from(text),
    ]);
  socket.write(upload("wrong", "hello", md5("hullo")));
  const wrong = await scene.event("file-end");
  assert.deepEqual([wrong.outcome, wrong.code], ["failed", "E_DIGEST"]);
  assert.deepEqual(allIn(dir), []);
  socket.write(upload("right", "hello", md5("hello").toUpperCase()));
  const right = await scene.event("file-end", 2);
  assert.deepEqual([right.outcome, right.verified, right.md5], ["received", true, md5("hello")]);
  assert.deepEqual(allIn(dir), ["right"]);
});

test("upload: a header and a file that come byte by byte", async (t) => {
  const { scene, dir } = await start(t);
  const { socket } = await scene.client(t);
  const bytes = Buffer.concat([headed('{"file_name": "slow", "file_size": 5}'), Buffer.from("hello")]);
  for (const byte of bytes) await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
  await scene.event("file-end");
  assert.equal(readFileSync(join(dir, "slow"), "utf8"), "hello");
});
