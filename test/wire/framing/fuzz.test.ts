import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FrameRule, type LengthWidth, lengthPrefixRule, parseRule } from "../../../src/wire/framing/index.js";
import { codeOf } from "../../refused.js";
import { cutAt, decodeNaively } from "../replay.js";
import * as oracle from "./oracle.js";
import { decode, encodeWith, type Outcome, singly } from "./replay.js";

/*
 * The invariant: any bytes, however cut into chunks, give the frames that the oracle finds in them, and then an end or
 * one of E_PROTOCOL and E_TOO_LARGE; nothing else is thrown, and no more is held than the cap allows (replay.ts looks).
 */

interface Case {
  readonly rule: FrameRule;
  readonly naive: (bytes: Buffer) => Outcome;
}

const max = fc.integer({ min: 1, max: 24 });

const lengthPrefixCase = fc
  .record({
    width: fc.constantFrom<LengthWidth>(1, 2, 3, 4, 8),
    signed: fc.boolean(),
    little: fc.boolean(),
    offset: fc.integer({ min: 0, max: 3 }),
    adjust: fc.integer({ min: -12, max: 6 }),
    stripped: fc.nat(),
    max,
  })
  .map((layout): Case => {
    const strip = layout.stripped % (layout.offset + layout.width + 1);
    const { width, signed, offset, adjust } = layout;
    const order = layout.little ? "little" : "big";
    return {
      rule: lengthPrefixRule({ width, signed, order, offset, adjust, strip, maxFrameBytes: layout.max }),
      naive: (bytes) => oracle.naiveLengthPrefix(bytes, { ...layout, strip }),
    };
  });

const delimiterCase = fc
  .record({
    delimiters: fc.uniqueArray(fc.stringMatching(/^[abc]{1,4}$/), { minLength: 1, maxLength: 4 }),
    keep: fc.boolean(),
    max,
  })
  .map((options): Case => {
    const delimiters = options.delimiters.map((one) => Buffer.from(one));
    return {
      rule: parseRule(`delim=${options.delimiters.join("|")}${options.keep ? ",keep" : ""},max=${options.max}`),
      naive: (bytes) => oracle.naiveDelimiter(bytes, delimiters, options.keep, options.max),
    };
  });

const simple = (text: string, naive: (bytes: Buffer, most: number) => Outcome) =>
  max.map((most): Case => ({ rule: parseRule(`${text},max=${most}`), naive: (bytes) => naive(bytes, most) }));

const wholeFrameMax = fc.constantFrom(20, 40, 100_000);

const cases: Record<string, fc.Arbitrary<Case>> = {
  "length prefix": lengthPrefixCase,
  varint: simple("varint", oracle.naiveVarint),
  delimiter: delimiterCase,
  line: simple("line", (bytes, most) => oracle.naiveLine(bytes, most, false)),
  ndjson: simple("ndjson", (bytes, most) => oracle.naiveLine(bytes, most, true)),
  fixed: max.map(
    (size): Case => ({ rule: parseRule(`fixed=${size}`), naive: (bytes) => oracle.naiveFixed(bytes, size) }),
  ),
  netstring: simple("netstring", oracle.naiveNetstring),
  slip: simple("slip", oracle.naiveSlip),
  cobs: simple("cobs", oracle.naiveCobs),
  "json-header": wholeFrameMax.map((most) => ({
    rule: parseRule(`json-header,max=${most}`),
    naive: (bytes) => oracle.naiveJsonHeader(bytes, ["file_size", "lenth"], most),
  })),
};

/** Bytes that mean something to one rule or another are drawn more often than others. */
const byte = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...Buffer.from("aabbcc,:0123\r\n \t"), 0, 1, 2, 3, 0xc0, 0xdb, 0xdc, 0xdd, 0x80, 0xff),
  },
  fc.integer({ min: 0, max: 255 }),
);
const noise = fc.array(byte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant({}),
  fc.record({ file_size: fc.oneof({ weight: 4, arbitrary: fc.nat(9) }, fc.jsonValue({ maxDepth: 1 }), fc.double()) }),
  fc.record({ lenth: fc.nat(5), md5: fc.string() }, { requiredKeys: ["lenth"] }),
);
const jsonHeader = fc.tuple(json, noise).map(([value, body]) => {
  const text = Buffer.from(JSON.stringify(value));
  const length = Buffer.alloc(4);
  length.writeInt32LE(text.length);
  return Buffer.concat([length, text, body.subarray(0, 5)]);
});

/** What the rule would write for some frames (those it can carry), with noise between, and some bytes changed or lost. */
function streamOf(rule: FrameRule): fc.Arbitrary<Buffer> {
  const carried = fc
    .oneof(
      noise,
      fc.constant(Buffer.alloc(rule.maxFrameBytes, 0x61)),
      noise.map((bytes) => bytes.fill(0x61)),
    )
    .map((frame) => {
      let bytes: Uint8Array = frame;
      codeOf(() => (bytes = encodeWith(rule, [frame])));
      return bytes;
    });
  const parts = rule.text.startsWith("json-header")
    ? fc.oneof({ weight: 6, arbitrary: jsonHeader }, noise)
    : fc.oneof({ weight: 3, arbitrary: carried }, noise);
  const changes = fc.array(fc.tuple(fc.nat(), byte), { maxLength: 2 });
  return fc
    .tuple(fc.array(parts, { maxLength: 5 }), changes, fc.option(fc.nat(), { freq: 3 }))
    .map(([list, edits, end]) => {
      const bytes = Buffer.concat(list);
      for (const [place, value] of edits) if (bytes.length > 0) bytes[place % bytes.length] = value;
      return end === null ? bytes : bytes.subarray(0, end % (bytes.length + 1));
    });
}

for (const [name, arbitrary] of Object.entries(cases)) {
  const streams = arbitrary.chain((one) => fc.tuple(fc.constant(one), streamOf(one.rule)));

  test(`${name}: any stream, at any splits, gives what the oracle finds`, () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 6 }), ([{ rule, naive }, bytes], places) => {
        const cuts = places.map((place) => place % (bytes.length + 1));
        const wanted = naive(bytes);
        assert.deepEqual(decode(rule, cutAt(bytes, cuts)), wanted, rule.text);
        assert.deepEqual(decode(rule, singly(bytes)), wanted, rule.text);
      }),
      { numRuns: 1500 },
    );
  });

  test(`${name}: what is encoded is decoded as it was, or refused`, () => {
    const frames =
      name === "json-header"
        ? jsonHeader
        : fc.oneof(
            noise,
            noise.map((bytes) => bytes.fill(0x61)),
          );
    fc.assert(
      fc.property(arbitrary, fc.array(frames, { minLength: 1, maxLength: 4 }), ({ rule }, list) => {
        let wire: Uint8Array | undefined;
        const code = codeOf(() => (wire = encodeWith(rule, list)));
        if (wire === undefined) assert.ok(code === "E_USAGE" || code === "E_TOO_LARGE", code);
        else {
          const { frames: got, end } = decode(rule, [wire]);
          assert.equal(end, "clean");
          // Of a frame that holds its own head the encoder has written the length anew: so it is the wire that stays.
          assert.equal(got.length, list.length);
          const again = encodeWith(
            rule,
            got.map((frame) => Buffer.from(frame, "hex")),
          );
          assert.deepEqual(Buffer.from(again), Buffer.from(wire));
          if (name !== "length prefix")
            assert.deepEqual(
              got,
              list.map((frame) => Buffer.from(frame).toString("hex")),
            );
        }
      }),
      { numRuns: 1000 },
    );
  });
}

test("sampan: any stream gives the messages that sampan's own oracle finds", () => {
  const messages = fc.tuple(json, noise).map(([value, body]) => {
    const header = Buffer.from(
      JSON.stringify({ kind: "x", ...(typeof value === "object" ? value : {}), size: body.length % 7 }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32BE(header.length);
    return Buffer.concat([length, header, body.subarray(0, body.length % 7)]);
  });
  const stream = fc
    .array(fc.oneof({ weight: 8, arbitrary: messages }, noise), { maxLength: 4 })
    .map((list) => Buffer.concat(list));
  const rule = parseRule("sampan");
  fc.assert(
    fc.property(
      stream,
      fc.option(fc.tuple(fc.nat(), byte)),
      fc.array(fc.nat(), { maxLength: 6 }),
      (bytes, change, places) => {
        if (change !== null && bytes.length > 0) bytes[change[0] % bytes.length] = change[1];
        const wanted = decodeNaively(bytes);
        const { frames, end } = decode(
          rule,
          cutAt(
            bytes,
            places.map((place) => place % (bytes.length + 1)),
          ),
        );
        assert.equal(end, wanted.end === "boundary" ? "clean" : wanted.end);
        assert.equal(frames.length, wanted.messages.length);
        assert.equal(frames.join(""), bytes.subarray(0, frames.join("").length / 2).toString("hex"));
      },
    ),
    { numRuns: 1500 },
  );
});
