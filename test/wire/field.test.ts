import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  isJsonObject,
  readArray,
  readBoolean,
  readObject,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
  readWholeNumber,
  wholeNumber,
} from "../../src/wire/field.js";
import { codeOf, refused } from "../refused.js";

const strange = [undefined, null, true, "7", "", Number.NaN, 1.5, -1, 2 ** 53, 1e300, -Infinity, [], [7], {}, 7n];

test("a whole number is one, within its bounds", () => {
  for (const value of [0, 7, 10]) assert.equal(wholeNumber(value, "n", 10), value);
  for (const value of strange) refused("E_PROTOCOL", () => wholeNumber(value, "n", 10), /"n" must be a whole number/);
  refused("E_TOO_LARGE", () => wholeNumber(11, "n", 10), /"n" is 11; the most is 10/);
  assert.equal(wholeNumber(-5, "n", 10, -5), -5);
  refused("E_PROTOCOL", () => wholeNumber(-6, "n", 10, -5), /at least -5/);
  assert.equal(wholeNumber(Number.MAX_SAFE_INTEGER, "n", Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
});

test("any number is a whole one within the bounds, or refused", () => {
  const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.integer());
  fc.assert(
    fc.property(number, fc.nat(), fc.integer({ max: 0 }), (value, max, min) => {
      const code = codeOf(() => wholeNumber(value, "n", max, min));
      const within = Number.isSafeInteger(value) && value >= min && value <= max;
      assert.equal(
        code,
        within ? undefined : Number.isSafeInteger(value) && value > max ? "E_TOO_LARGE" : "E_PROTOCOL",
      );
    }),
  );
});

test("a field is the object's own, never its prototype's", () => {
  const heir = Object.create({ n: 1, s: "x", b: true, o: {}, a: [] }) as { [key: string]: unknown };
  refused("E_PROTOCOL", () => readWholeNumber(heir, "n", 10));
  refused("E_PROTOCOL", () => readString(heir, "s"));
  refused("E_PROTOCOL", () => readObject(heir, "o"));
  refused("E_PROTOCOL", () => readArray(heir, "a", 1));
  assert.equal(readBoolean(heir, "b"), false);
  assert.equal(readOptionalWholeNumber(heir, "n", 10), undefined);
  assert.equal(readOptionalString(heir, "s"), undefined);
  refused("E_PROTOCOL", () => readString({}, "toString"));
  refused("E_PROTOCOL", () => readObject({}, "__proto__"));
});

test("what is optional may be absent, but not of another type", () => {
  assert.equal(readOptionalWholeNumber({}, "n", 10), undefined);
  assert.equal(readOptionalWholeNumber({ n: 3 }, "n", 10), 3);
  refused("E_PROTOCOL", () => readOptionalWholeNumber({ n: null }, "n", 10));
  assert.equal(readOptionalString({ s: "" }, "s"), "");
  refused("E_PROTOCOL", () => readOptionalString({ s: null }, "s"));
  refused("E_TOO_LARGE", () => readOptionalString({ s: "abc" }, "s", 2));
  for (const value of [0, 1, "true", null, {}]) refused("E_PROTOCOL", () => readBoolean({ b: value }, "b"));
  assert.deepEqual([readBoolean({ b: true }, "b"), readBoolean({ b: false }, "b")], [true, false]);
});

test("strings, lists and objects have caps and types", () => {
  assert.equal(readString({ s: "x".repeat(1024) }, "s").length, 1024);
  refused("E_TOO_LARGE", () => readString({ s: "x".repeat(1025) }, "s"), /longer than 1024/);
  for (const value of [undefined, null, 1, [], {}]) {
    refused("E_PROTOCOL", () => readString({ s: value }, "s"));
    if (!Array.isArray(value)) refused("E_PROTOCOL", () => readArray({ a: value }, "a", 3));
  }
  assert.deepEqual(readArray({ a: [1, null, {}] }, "a", 3), [1, null, {}]);
  refused("E_TOO_LARGE", () => readArray({ a: [1, 2, 3, 4] }, "a", 3));
  refused("E_PROTOCOL", () => readArray({ a: { length: 1, 0: 1 } }, "a", 3));
  assert.deepEqual(readStrings({ a: ["x", ""] }, "a", 3), ["x", ""]);
  refused("E_PROTOCOL", () => readStrings({ a: ["x", 1] }, "a", 3));
  refused("E_TOO_LARGE", () => readStrings({ a: ["xyz"] }, "a", 3, 2));
  assert.deepEqual(readObject({ o: { a: 1 } }, "o"), { a: 1 });
  for (const value of [undefined, null, [], "x", 1]) {
    refused("E_PROTOCOL", () => readObject({ o: value }, "o"));
    assert.equal(isJsonObject(value), false);
  }
});
