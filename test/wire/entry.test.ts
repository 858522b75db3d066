import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Entry, parseEntry, parseOfferedEntry } from "../../src/wire/entry.js";
import type { ErrorCode } from "../../src/wire/error-code.js";
import { codeOf, refused } from "../refused.js";

const file = {
  type: "file",
  path: "a/空 文件.txt",
  mode: 0o644,
  mtime: 1_700_000_000_000_001,
  bytes: 5,
  version: "v1",
};
const folder = { type: "folder", path: "", mode: 0o755, mtime: -1 };
const link = { type: "link", path: "l", mode: 0o777, mtime: 0, target: "../never resolved" };

test("the three kinds are read as they are; unknown fields fall away", () => {
  for (const entry of [file, folder, link]) {
    assert.deepEqual(parseEntry({ ...entry, later: { a: [1] }, ["__proto__x"]: 1 }), entry);
  }
});

test("a stream has no length yet; a file need not have a version", () => {
  assert.equal(parseEntry({ ...file, bytes: undefined }).type, "file");
  assert.deepEqual(parseEntry({ ...file, bytes: null }), { ...file, bytes: undefined });
  const { version: _, ...bare } = file;
  assert.deepEqual(parseEntry(bare), { ...file, version: "" });
});

const wrong: [change: object, code: ErrorCode, from?: object][] = [
  [{ type: "device" }, "E_PROTOCOL"],
  [{ type: undefined }, "E_PROTOCOL"],
  [{ type: "toString" }, "E_PROTOCOL"],
  [{ path: undefined }, "E_PROTOCOL"],
  [{ path: 5 }, "E_PROTOCOL"],
  [{ path: "../a" }, "E_UNSAFE_NAME"],
  [{ path: "x".repeat(32_769) }, "E_TOO_LARGE"],
  [{ mode: undefined }, "E_PROTOCOL"],
  [{ mode: -1 }, "E_PROTOCOL"],
  [{ mode: 0.5 }, "E_PROTOCOL"],
  [{ mode: "644" }, "E_PROTOCOL"],
  [{ mode: 0o4755 }, "E_TOO_LARGE"],
  [{ mtime: undefined }, "E_PROTOCOL"],
  [{ mtime: 8.64e15 + 1 }, "E_TOO_LARGE"],
  [{ mtime: -8.64e15 - 1 }, "E_PROTOCOL"],
  [{ mtime: Number.POSITIVE_INFINITY }, "E_PROTOCOL"],
  [{ bytes: -1 }, "E_PROTOCOL"],
  [{ bytes: 1.5 }, "E_PROTOCOL"],
  [{ bytes: 1e300 }, "E_PROTOCOL"],
  [{ bytes: "5" }, "E_PROTOCOL"],
  [{ bytes: 2 ** 50 + 1 }, "E_TOO_LARGE"],
  [{ version: 1 }, "E_PROTOCOL"],
  [{ version: "v".repeat(129) }, "E_TOO_LARGE"],
  [{ target: undefined }, "E_PROTOCOL", link],
  [{ target: "" }, "E_UNSAFE_NAME", link],
  [{ target: "a\0b" }, "E_UNSAFE_NAME", link],
  [{ target: "a".repeat(4097) }, "E_TOO_LARGE", link],
];

for (const [change, code, from = file] of wrong) {
  test(`refused with ${code}: ${JSON.stringify(change).slice(0, 60)} ${Object.keys(change)}`, () => {
    refused(code, () => parseEntry({ ...from, ...change }));
  });
}

test("what is no object is no entry", () => {
  for (const value of [null, undefined, 1, "file", true, [], [file]]) refused("E_PROTOCOL", () => parseEntry(value));
});

test("an offered entry has an id, and a source among those that were named", () => {
  assert.deepEqual(parseOfferedEntry({ ...file, id: 3, source: 1 }, 2), { ...file, id: 3, source: 1 });
  assert.deepEqual(parseOfferedEntry({ ...file, id: 0 }, 1), { ...file, id: 0, source: 0 });
  assert.equal(parseOfferedEntry({ ...file, id: 3_999_999 }, 1).id, 3_999_999);
  refused("E_TOO_LARGE", () => parseOfferedEntry({ ...file, id: 4_000_000 }, 1));
  refused("E_TOO_LARGE", () => parseOfferedEntry({ ...file, id: 0, source: 2 }, 2));
  refused("E_PROTOCOL", () => parseOfferedEntry({ ...file, id: 0, source: -1 }, 2));
  refused("E_PROTOCOL", () => parseOfferedEntry(file, 1));
});

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !/^\.{1,2}$|[/\0]|^\.sampan$/.test(text));
const honest: fc.Arbitrary<Entry> = fc
  .record({
    path: fc.array(name, { maxLength: 4 }).map((parts) => parts.join("/")),
    mode: fc.integer({ min: 0, max: 0o777 }),
    mtime: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  })
  .chain((common) =>
    fc.oneof(
      fc
        .record({ bytes: fc.integer({ min: 0, max: 2 ** 50 }), version: fc.string({ maxLength: 128 }) })
        .map((rest): Entry => ({ type: "file", ...common, ...rest })),
      fc.constant<Entry>({ type: "folder", ...common }),
      fc
        .string({ minLength: 1 })
        .filter((text) => !text.includes("\0"))
        .map((target): Entry => ({ type: "link", ...common, target })),
    ),
  );

test("an entry goes there and back as JSON", () => {
  fc.assert(fc.property(honest, (entry) => assert.deepEqual(parseEntry(JSON.parse(JSON.stringify(entry))), entry)));
});

test("any JSON is an entry within the caps, or refused with one of three codes", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const odd = fc.record(
    {
      type: fc.oneof(fc.constantFrom("file", "folder", "link"), json),
      path: fc.oneof(fc.constantFrom("a", "..", "/a", "a\0"), json),
      mode: fc.oneof(fc.integer({ min: -2, max: 1000 }), json),
      mtime: fc.oneof(fc.double(), fc.maxSafeInteger(), json),
      bytes: fc.oneof(fc.double(), fc.maxSafeInteger(), json),
      target: fc.oneof(fc.string(), json),
      version: json,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(odd, json), (value) => {
      let entry: Entry | undefined;
      const code = codeOf(() => void (entry = parseEntry(value)));
      if (entry === undefined)
        return assert.ok(["E_PROTOCOL", "E_TOO_LARGE", "E_UNSAFE_NAME"].includes(code ?? ""), code);
      assert.ok(entry.mode >= 0 && entry.mode <= 0o777 && Number.isSafeInteger(entry.mtime));
      if (entry.type === "file") assert.ok(entry.bytes === undefined || (entry.bytes >= 0 && entry.bytes <= 2 ** 50));
    }),
    { numRuns: 3000 },
  );
});
