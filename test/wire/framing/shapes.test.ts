import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  decodeAll,
  decodeFrames,
  encode,
  encodeAll,
  encodeFrames,
  frameDecoding,
  frameEncoding,
  parseRule,
} from "../../../src/wire/index.js";
import { SampanError } from "../../../src/wire/sampan-error.js";
import { refused } from "../../refused.js";
import { hex, singly, toHex } from "./replay.js";

const rule = parseRule("u16be");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const hello = [hex("6869"), hex(""), hex("6f")];
const wire = hex("0002 6869 0000 0001 6f");

async function all(source: AsyncIterable<Uint8Array>): Promise<string[]> {
  const list: string[] = [];
  for await (const bytes of source) list.push(toHex(bytes));
  return list;
}

/** Runs to its end, keeping what came before the error. */
async function untilError(source: AsyncIterable<Uint8Array>): Promise<{ got: string[]; code: string }> {
  const got: string[] = [];
  try {
    for await (const bytes of source) got.push(toHex(bytes));
  } catch (error) {
    if (error instanceof SampanError) return { got, code: error.code };
    throw error;
  }
  return { got, code: "none" };
}

test("one frame, all frames, and back", () => {
  assert.equal(toHex(encode(rule, hex("6869"))), "00026869");
  assert.equal(toHex(encodeAll(rule, hello)), toHex(wire));
  assert.equal(toHex(encodeAll(rule, new Set(hello))), toHex(wire));
  assert.equal(encodeAll(rule, []).length, 0);
  assert.deepEqual(decodeAll(rule, wire).map(toHex), hello.map(toHex));
  assert.equal(decodeAll(rule, wire)[0]?.buffer, wire.buffer);
  refused("E_PROTOCOL", () => decodeAll(rule, wire.subarray(0, -1)), /ended inside a frame/);
  refused("E_TOO_LARGE", () => encodeAll(rule, [hex("61"), new Uint8Array(65_536)]));
});

test("frames by iteration: from a list, a generator and a file", async () => {
  const wanted = hello.map(toHex);
  assert.deepEqual(await all(decodeFrames(rule, [wire])), wanted);
  assert.deepEqual(await all(decodeFrames(rule, singly(wire))), wanted);
  async function* reusing(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(3);
    for (let at = 0; at < wire.length; at += 3) {
      const count = Math.min(3, wire.length - at);
      buffer.set(wire.subarray(at, at + count));
      yield buffer.subarray(0, count);
    }
  }
  assert.deepEqual(await all(decodeFrames(rule, reusing())), wanted);

  const folder = mkdtempSync(join(tmpdir(), "sampan-test-"));
  try {
    writeFileSync(join(folder, "wire"), wire);
    const file = createReadStream(join(folder, "wire"), { highWaterMark: 2 });
    assert.deepEqual(await all(decodeFrames(rule, file)), wanted);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("by iteration the frames in front of an error come first", async () => {
  const strict = parseRule("u8,max=2");
  assert.deepEqual(await untilError(decodeFrames(strict, [hex("01 61 02 6262 03")])), {
    got: ["61", "6262"],
    code: "E_TOO_LARGE",
  });
  assert.deepEqual(await untilError(decodeFrames(strict, [hex("01 61 02 62")])), { got: ["61"], code: "E_PROTOCOL" });
  assert.deepEqual(await untilError(encodeFrames(strict, [hex("61"), hex("616161")])), {
    got: ["0161"],
    code: "E_TOO_LARGE",
  });
});

test("whoever stops iterating closes the source", async () => {
  let closed = false;
  function* source(): Generator<Uint8Array> {
    try {
      yield wire;
      assert.fail("nobody asked for more");
    } finally {
      closed = true;
    }
  }
  for await (const frame of decodeFrames(rule, source())) {
    assert.equal(text(frame), "hi");
    break;
  }
  assert.ok(closed);
});

test("lines by iteration: what stands behind the last line end comes, too", async () => {
  const lines = [];
  for await (const line of decodeFrames(parseRule("line"), [Buffer.from("a\r\nb"), Buffer.from("c")]))
    lines.push(text(line));
  assert.deepEqual(lines, ["a", "bc"]);
});

test("Web streams: frames through a real TransformStream, both ways", async () => {
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const frame of hello) controller.enqueue(frame);
      controller.close();
    },
  });
  const sent = chunks.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(frameEncoding(rule)));
  const cut = sent.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => singly(chunk).forEach((byte) => controller.enqueue(byte)),
    }),
  );
  const got = cut.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(frameDecoding(rule)));
  assert.deepEqual(await all(got), hello.map(toHex));
});

test("Web streams: the rest of a line is flushed, a torn frame and a bad one are errors of the stream", async () => {
  const through = (ruleText: string, bytes: Uint8Array) =>
    new Blob([bytes])
      .stream()
      .pipeThrough(new TransformStream<Uint8Array, Uint8Array>(frameDecoding(parseRule(ruleText))));
  assert.deepEqual(await all(through("line", Buffer.from("a\nb"))), ["61", "62"]);
  assert.equal((await untilError(through("u8", hex("02 61")))).code, "E_PROTOCOL");
  assert.equal((await untilError(through("u8,max=1", hex("02 61")))).code, "E_TOO_LARGE");
});
