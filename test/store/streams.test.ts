import assert from "node:assert/strict";
import { PassThrough, Readable, Writable } from "node:stream";
import { test } from "node:test";
import { streamSource } from "../../src/store/stream-source.js";
import { streamTarget } from "../../src/store/stream-target.js";
import { refused } from "../refused.js";
import { fileEntry, fileOf, folderEntry, never, rejected, walked, whole } from "./scratch.js";

const noDigest = Buffer.alloc(32);

test("a stream is one file of unknown length, read in order and once", async () => {
  const source = streamSource(Readable.from([Buffer.from("0123"), Buffer.from("45"), "6789"]));
  const entry = await fileOf(source, "");
  assert.equal(entry.bytes, undefined);
  assert.equal((await walked(source)).length, 1);
  const file = await source.open(entry);
  const [one, two] = [Buffer.alloc(5), Buffer.alloc(8)];
  assert.deepEqual(await Promise.all([file.read(one, 0), file.read(two, 5)]), [5, 5]);
  assert.equal(one.toString() + two.toString("utf8", 0, 5), "0123456789");
  assert.equal(await file.read(two, 10), 0);
  await rejected("E_SOURCE_CHANGED", file.read(two, 0), /cannot be read again/);
  await rejected("E_SOURCE_CHANGED", source.open(entry));
  await file.check();
  file.close();
});

test("a stream that breaks is told as a file that cannot be read", async () => {
  const broken = new PassThrough();
  const source = streamSource(broken);
  const file = await source.open(fileEntry("", undefined));
  const reading = file.read(Buffer.alloc(4), 0);
  broken.destroy(Object.assign(new Error("gone"), { code: "EIO" }));
  await rejected("E_LOCAL_FILE", reading, /input stream/);
});

/** A slow reader that says how much it was given before it took it. */
function sink(): { writable: Writable; got: Buffer[]; next: () => void } {
  const got: Buffer[] = [];
  const waiting: (() => void)[] = [];
  const writable = new Writable({
    highWaterMark: 4,
    write(chunk: Buffer, _encoding, done) {
      got.push(Buffer.from(chunk));
      waiting.push(done);
    },
  });
  return { writable, got, next: () => waiting.shift()?.() };
}

test("blocks come out in order, each only when the one before it has been taken", async () => {
  const { writable, got, next } = sink();
  const part = await streamTarget(writable).begin("", fileEntry("", 6));
  let settled = 0;
  const writes = [part.write(0, Buffer.from("abcd"), 0, 3, noDigest), part.write(1, "zero", 3, 3, noDigest)];
  for (const write of writes) void write.then(() => settled++);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([got.length, settled], [1, 0]);
  next();
  await writes[0];
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([got.length, settled], [2, 1]);
  next();
  await Promise.all(writes);
  await part.commit(6, noDigest);
  assert.deepEqual(Buffer.concat(got), Buffer.from("abc\0\0\0"));
  await rejected("E_DIGEST", part.write(3, Buffer.from("x"), 9, 1, noDigest), /out of order/);
});

test("a stream takes one file, and no folder", async () => {
  const { writable, got, next } = sink();
  const target = streamTarget(writable);
  const writing = target.writeWhole([whole("", "small")]);
  await new Promise((resolve) => setImmediate(resolve));
  next();
  assert.deepEqual(await writing, []);
  assert.equal(Buffer.concat(got).toString(), "small");
  await rejected("E_USAGE", target.begin("", fileEntry("", 1)), /one file/);
  refused("E_NOT_A_FOLDER", () => target.makeFolder("d", folderEntry("d")));
  refused("E_NOT_A_FOLDER", () => target.admitFolder(""));
  assert.deepEqual(await target.finish(), []);
});

test("a stream takes no file of a folder, though nobody has offered that", async () => {
  const { writable, got } = sink();
  const target = streamTarget(writable);
  await rejected("E_NOT_A_FOLDER", target.writeWhole([whole("in/it", "small")]));
  await rejected("E_NOT_A_FOLDER", target.begin("large", fileEntry("large", 2_000_000)));
  assert.deepEqual(got, []);
});

test("a reader that went away is told, now and at every later write", async () => {
  const writable = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })),
  });
  const part = await streamTarget(writable).begin("", fileEntry("", undefined));
  await rejected("E_LOCAL_FILE", part.write(0, Buffer.from("x"), 0, 1, noDigest), /reader has closed/);
  await rejected("E_LOCAL_FILE", part.write(1, Buffer.from("x"), 1, 1, noDigest));
  await rejected("E_LOCAL_FILE", part.commit(2, noDigest));
  assert.equal(never.aborted, false);
});
