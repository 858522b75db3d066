import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkFilterPattern, parseFilter } from "../../src/wire/filter.js";
import { codeOf, refused } from "../refused.js";

test("rules are read in order; without a filter there are none", () => {
  assert.deepEqual(parseFilter({}), []);
  assert.deepEqual(parseFilter({ filter: [] }), []);
  const filter = [
    { pattern: "*.log", include: false, later: 1 },
    { pattern: "keep.log", include: true },
    { pattern: "a/" },
  ];
  assert.deepEqual(parseFilter({ filter }), [
    { pattern: "*.log", include: false },
    { pattern: "keep.log", include: true },
    { pattern: "a/", include: false },
  ]);
});

test("what is no list of rules is refused", () => {
  for (const filter of [null, "*.log", { pattern: "a" }, [null], ["*.log"], [["a"]], [7], [{}], [{ pattern: 7 }]]) {
    refused("E_PROTOCOL", () => parseFilter({ filter }));
  }
  refused("E_PROTOCOL", () => parseFilter({ filter: [{ pattern: "a", include: "yes" }] }));
});

test("rules and patterns have caps", () => {
  const rules = (count: number, pattern = "a") => ({ filter: Array(count).fill({ pattern }) });
  assert.equal(parseFilter(rules(256)).length, 256);
  refused("E_TOO_LARGE", () => parseFilter(rules(257)));
  assert.equal(parseFilter(rules(1, "a".repeat(512))).length, 1);
  refused("E_TOO_LARGE", () => parseFilter(rules(1, "a".repeat(513))));
});

test("a pattern is one line of text", () => {
  for (const pattern of ["", "a\0", "a\nb", "a".repeat(513)]) refused("E_USAGE", () => checkFilterPattern(pattern));
  refused("E_USAGE", () => parseFilter({ filter: [{ pattern: "a" }, { pattern: "" }] }));
  checkFilterPattern("**/空 *.txt");
});

test("any JSON is a list of rules or refused", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const rule = fc.record({ pattern: fc.oneof(fc.string(), value), include: fc.oneof(fc.boolean(), value) });
  fc.assert(
    fc.property(fc.oneof(value, fc.array(fc.oneof(rule, value))), (filter) => {
      const code = codeOf(() => parseFilter({ filter }));
      assert.ok([undefined, "E_PROTOCOL", "E_TOO_LARGE", "E_USAGE"].includes(code));
    }),
    { numRuns: 1000 },
  );
});
