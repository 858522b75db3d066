import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { errorHeader, errorOf } from "../../src/session/error-message.js";
import {
  parseData,
  parseDigests,
  parseFinish,
  parseHeld,
  parseIds,
  parseOffer,
  parseProblem,
  parseRemoved,
  parseWant,
  readSettlement,
} from "../../src/session/files/transfer-message.js";
import { parseHello, parseWelcome } from "../../src/session/hello.js";
import { parseFilter } from "../../src/wire/filter.js";
import type { Message } from "../../src/wire/message.js";
import { codeOf } from "../refused.js";
import { sha256 } from "../store/scratch.js";

const digest = "ab".repeat(32);
const number = fc.oneof(
  fc.nat(300),
  fc.double(),
  fc.constantFrom(-1, 2 ** 32, 2 ** 50, 2 ** 53, Number.MAX_SAFE_INTEGER),
);
const leaf = fc.oneof(number, fc.string(), fc.constantFrom(null, true, digest, "zero", "same", "file", "link", "../x"));
const part = fc.array(fc.oneof({ weight: 4, arbitrary: number }, leaf, fc.constant(digest)), { maxLength: 6 });
const value = fc.oneof(leaf, part, fc.array(part, { maxLength: 4 }), fc.jsonValue());
const keys = [
  "parts",
  "ids",
  "id",
  "first",
  "bytes",
  "path",
  "how",
  "error",
  "message",
  "versions",
  "digests",
  "token",
];
const more = ["rights", "digest", "version", "filter", "files", "source", "resumed", "pings", "agent"];
const header = fc
  .dictionary(fc.constantFrom(...keys, ...more, "__proto__", "constructor"), value)
  .map((fields) => ({ ...fields, kind: "x" }));
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => Buffer.from(text)),
);
const entries = fc
  .array(
    fc.record({
      id: number,
      source: number,
      type: leaf,
      path: fc.string(),
      mode: number,
      mtime: number,
      bytes: leaf,
      target: leaf,
    }),
    { maxLength: 4 },
  )
  .map((list) => Buffer.from(JSON.stringify(list)));
const message = fc.record({ header, body: fc.oneof(body, entries) }) as fc.Arbitrary<Message>;

const decoders: Record<string, (message: Message) => unknown> = {
  offer: (one) => parseOffer(one, 2),
  want: parseWant,
  data: parseData,
  held: parseHeld,
  digests: (one) => parseDigests(one.header),
  ids: (one) => parseIds(one.header),
  problem: (one) => parseProblem(one.header),
  removed: (one) => parseRemoved(one, 2),
  finish: (one) => parseFinish(one.header),
  settlement: (one) => readSettlement(one.header),
  error: (one) => errorHeader(errorOf(one.header)),
  hello: (one) => parseHello({ ...one.header, kind: "hello" }),
  welcome: (one) => parseWelcome({ ...one.header, kind: "welcome", version: 1 }, [sha256]),
  filter: (one) => parseFilter(one.header),
};

for (const [name, decode] of Object.entries(decoders)) {
  test(`${name}: anything at all is read, or refused with a typed error that is no bug`, () => {
    fc.assert(
      fc.property(message, (one) => {
        assert.notEqual(
          codeOf(() => decode(one)),
          "E_BUG",
        );
      }),
      { numRuns: 1500, seed: 3 },
    );
  });
}
