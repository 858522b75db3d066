import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeMessage, type Header } from "../../src/wire/message.js";
import { cutAt, decode, decodeNaively, framed } from "./replay.js";

/*
 * The invariant: any bytes, however cut into chunks, give the messages that the oracle finds in them and then either
 * an end or one of E_PROTOCOL and E_TOO_LARGE; nothing else is ever thrown. A seed that fails is kept in `examples`.
 */

const json = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
const anyHeader = fc
  .tuple(fc.string({ unit: "binary" }), fc.dictionary(fc.string(), json, { maxKeys: 4 }))
  .map(([kind, fields]): Header => ({ ...fields, kind }))
  .filter((header) => !Object.hasOwn(header, "size"));
const anyBody = fc.uint8Array({ maxLength: 40 });
const honest = fc.tuple(anyHeader, anyBody).map(([header, body]) => encodeMessage(header, body));

const size = fc.oneof(json, fc.integer(), fc.double(), fc.constantFrom(-0, 16_777_216, 16_777_217, 2 ** 53));
const crooked = fc.oneof(
  { weight: 4, arbitrary: honest },
  fc.tuple(json, anyBody).map(([value, body]) => framed(JSON.stringify(value), body)),
  fc
    .tuple(size, anyBody)
    .map(([declared, body]) => framed(`{"kind":"x","size":${JSON.stringify(declared) ?? "NaN"}}`, body)),
  fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\u0 1-eE.kindsize\n')) }).map((text) => framed(text)),
  fc.tuple(fc.constantFrom("[", '{"a":'), fc.nat(20)).map(([open, depth]) => framed(open.repeat(depth) || " ")),
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => framed(bytes)),
  fc.uint8Array({ maxLength: 12 }),
);

/** A stream: messages good and bad one after another, then some bytes changed, some lost. */
const stream = fc
  .tuple(
    fc.array(crooked, { maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 2 }),
    fc.option(fc.nat(), { freq: 3 }),
  )
  .map(([parts, changes, end]) => {
    const bytes = Buffer.concat(parts);
    for (const [place, byte] of changes) if (bytes.length > 0) bytes[place % bytes.length] = byte;
    return end === null ? bytes : bytes.subarray(0, end % (bytes.length + 1));
  });

test("any stream, at any split, gives what the oracle finds", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
      const wanted = decodeNaively(bytes);
      const cuts = places.map((place) => place % (bytes.length + 1));
      assert.deepEqual(decode(cutAt(bytes, cuts)), wanted);
    }),
    { numRuns: 3000 },
  );
});

test("any stream, at every split into two and byte by byte, gives the same", () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const wanted = decode([bytes]);
      assert.ok(["boundary", "inside", "E_PROTOCOL", "E_TOO_LARGE"].includes(wanted.end));
      for (let at = 0; at <= bytes.length; at++) assert.deepEqual(decode(cutAt(bytes, [at])), wanted);
      assert.deepEqual(decode(Array.from(bytes, (byte) => Uint8Array.of(byte))), wanted);
    }),
    { numRuns: 200 },
  );
});

test("what is encoded is decoded as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyHeader, anyBody), { maxLength: 5 }), (messages) => {
      const bytes = Buffer.concat(messages.map(([header, body]) => encodeMessage(header, body)));
      const wanted = messages.map(([header, body]) => {
        const sized = body.length > 0 ? { ...header, size: body.length } : header;
        // As JSON carries it: no minus zero, and an unpaired surrogate as its escape.
        return `${JSON.stringify(JSON.parse(JSON.stringify(sized)))} ${Buffer.from(body).toString("hex")}`;
      });
      assert.deepEqual(decode([bytes]), { messages: wanted, end: "boundary" });
    }),
    { numRuns: 500 },
  );
});
