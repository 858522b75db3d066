import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ExchangeEvent } from "../../src/assistant/exchange-event.js";
import { headedFrame, headedNote } from "../../src/assistant/headed-message.js";
import { ScriptTurns } from "../../src/assistant/script-turns.js";
import { StreamWatch, type WatchSettings } from "../../src/assistant/stream-watch.js";
import { TimedSends } from "../../src/assistant/timed-sends.js";
import { parseChecksum } from "../../src/wire/checksum.js";
import { parseRule } from "../../src/wire/framing/rule-text.js";
import { refused } from "../refused.js";

/** What is told of chunks, each event as `name:hex`, and the bodies that came through. */
function watched(
  settings: WatchSettings,
  chunks: readonly Uint8Array[],
): { told: string[]; bodies: string[]; problems: string[] } {
  const told: string[] = [];
  const problems: string[] = [];
  const bodies: string[] = [];
  const watch = new StreamWatch({ id: 1, dir: "in", kind: "stream" }, settings, (event: ExchangeEvent) => {
    if (event.event === "problem") problems.push(event.error.message);
    else told.push("bytes" in event ? `${event.event}:${Buffer.from(event.bytes).toString("hex")}` : event.event);
  });
  const body = (bytes: Uint8Array): void => void bodies.push(Buffer.from(bytes).toString("hex"));
  for (const chunk of chunks) watch.chunk(chunk, body);
  watch.end(body);
  return { told, bodies, problems };
}

function atSplits(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, index) => bytes.subarray(places[index], to));
}

test("frames and bodies are the same at every split, and all chunks are told", () => {
  const modbus = parseChecksum("crc16-modbus");
  const settings = { rule: parseRule("u16be"), checksum: modbus };
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.array(fc.nat()), (bodies, cuts) => {
      const frames = bodies.map((body) => Buffer.concat([body, modbus.tail(body)]));
      const stream = Buffer.concat(frames.flatMap((frame) => [Buffer.from([0, frame.length]), frame]));
      const seen = watched(settings, atSplits(stream, cuts));
      const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
      assert.deepEqual(seen.bodies, bodies.map(hex));
      assert.deepEqual(
        seen.told.filter((one) => one.startsWith("frame:")),
        frames.map((frame) => `frame:${hex(frame)}`),
      );
      const chunks = seen.told.filter((one) => one.startsWith("chunk:")).map((one) => one.slice(6));
      assert.equal(chunks.join(""), hex(stream));
      assert.deepEqual(seen.problems, []);
    }),
  );
});

test("a framing error shows the frame that could not be read, wherever the chunks were cut", () => {
  const stream = Buffer.from("0001410001427fff0102030405", "hex");
  for (let cut = 0; cut <= stream.length; cut++) {
    const { problems, told } = watched({ rule: parseRule("u16be,max=16") }, atSplits(stream, [cut]));
    assert.equal(problems.length, 1, `cut at ${cut}`);
    assert.match(problems[0] ?? "", /begins at byte 6 is 7f/, `cut at ${cut}`);
    assert.deepEqual(
      told.filter((one) => one.startsWith("frame:")),
      ["frame:41", "frame:42"],
    );
  }
});

test("any bytes under any rule are told as chunks and never throw", () => {
  const rules = [
    "u8",
    "u32le,max=64",
    "varint,max=64",
    "line",
    "netstring",
    "cobs",
    "slip",
    "sampan",
    "json-header",
    "ndjson",
    "fixed=3",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...rules), fc.array(fc.uint8Array({ maxLength: 40 })), (rule, chunks) => {
      const { told, problems } = watched({ rule: parseRule(rule) }, chunks);
      assert.equal(told.filter((one) => one.startsWith("chunk:")).length, chunks.length);
      assert.ok(problems.length <= 1);
    }),
    { numRuns: 400 },
  );
});

test("sampan's messages are shown and typed as their headers", () => {
  const frame = headedFrame("sampan", '{"kind": "hello"}');
  assert.equal(Buffer.from(frame ?? []).toString("latin1"), '\0\0\0\x10{"kind":"hello"}');
  assert.equal(
    headedNote("sampan,max=9", Buffer.concat([frame ?? Buffer.alloc(0), Buffer.from("abc")])),
    '{"kind":"hello"} and a body of 3 B',
  );
  assert.equal(headedFrame("json-header", "{}")?.[0], 2, "the documents' length is little-endian");
  assert.equal(headedFrame("u32be", "{}"), undefined);
  assert.equal(headedFrame("sampan", "text"), undefined);
  assert.equal(headedNote("line", Buffer.from("text")), undefined);
  refused("E_USAGE", () => headedFrame("sampan", "{no"), /no JSON/);
});

test("calls into a script keep their order, however long each takes, and hold the peer back", async () => {
  const sent: unknown[] = [];
  const holds: string[] = [];
  const turns = new ScriptTurns({
    send: (data) => void sent.push(data),
    hold: () => void holds.push("hold"),
    release: () => void holds.push("release"),
    failed: (error) => void sent.push(error.code),
  });
  turns.add(async () => {
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    return "first";
  });
  for (let call = 0; call < 100; call++) turns.add(() => (call === 3 ? Promise.reject(new Error("x")) : String(call)));
  await turns.idle;
  assert.deepEqual(sent.slice(0, 6), ["first", "0", "1", "2", "E_USAGE", "4"]);
  assert.equal(sent.length, 101);
  assert.deepEqual(holds, ["hold", "release"]);
});

test("timed sends are counted, never overlap, and end when they are stopped", async () => {
  const timed = new TimedSends();
  let running = 0;
  let calls = 0;
  await timed.start(1, 5, async () => {
    assert.equal(++running, 1);
    calls++;
    await new Promise(setImmediate);
    running--;
  });
  assert.equal(calls, 5);
  let endless = 0;
  const over = timed.start(1, Infinity, async () => void (++endless === 3 && timed.stop(7)), 7);
  await over;
  assert.equal(endless, 3);
  assert.equal(timed.running, 0);
});
