import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDelimiters } from "../../../src/wire/framing/delimiter-text.js";
import {
  delimiterRule,
  jsonHeaderRule,
  lengthPrefixRule,
  lineRule,
  parseRule,
  ruleNames,
} from "../../../src/wire/framing/index.js";
import { codeOf, refused } from "../../refused.js";

/** What is written, and the rule's own text for it. */
const texts: [written: string, own: string, maxFrameBytes: number][] = [
  ["u8", "u8", 16_777_216],
  ["U32LE", "u32le", 16_777_216],
  ["i32le", "i32le", 16_777_216],
  ["u64be", "u64be", 16_777_216],
  ["u32le,offset=2,adjust=-6,max=1048576", "u32le,offset=2,adjust=-6,max=1048576", 1_048_576],
  ["u32le, offset=2, counts=frame, max=1M", "u32le,offset=2,adjust=-6,max=1048576", 1_048_576],
  ["u16be,offset=1,counts=field", "u16be,offset=1,adjust=-2", 16_777_216],
  ["u16be,counts=body,offset=0", "u16be", 16_777_216],
  ["u16be,strip=2", "u16be", 16_777_216],
  ["u16be,strip=0", "u16be,keep", 16_777_216],
  ["u16be,keep", "u16be,keep", 16_777_216],
  ["u16be,offset=2,strip=3,prefix=0xCAfe", "u16be,offset=2,strip=3,prefix=cafe", 16_777_216],
  ["u16be,offset=2,prefix=0000", "u16be,offset=2", 16_777_216],
  ["u8,max=16777216", "u8", 16_777_216],
  ["u8,max=64k", "u8,max=65536", 65_536],
  ["u8,max=64KiB", "u8,max=65536", 65_536],
  ["u8,max=2g", "u8,max=2147483648", 2_147_483_648],
  ["varint,max=1m", "varint,max=1048576", 1_048_576],
  ["line", "line", 16_777_216],
  ["line=lf", "line", 16_777_216],
  ["line=CRLF", "line=crlf", 16_777_216],
  ["delim=\\r\\n|\\0", "delim=\\r\\n|\\0", 16_777_216],
  ["delim=0x0d0a,keep", "delim=\\r\\n,keep", 16_777_216],
  ["delim=0x0d0A|; |é", "delim=\\r\\n|;\\x20|\\xc3\\xa9", 16_777_216],
  ["delim=\\,|\\||\\\\", "delim=\\,|\\||\\\\", 16_777_216],
  ["delim=\\x30x61", "delim=\\x30x61", 16_777_216],
  ["delim==", "delim==", 16_777_216],
  ["fixed=36", "fixed=36", 36],
  ["fixed=1k", "fixed=1024", 1024],
  ["netstring", "netstring", 16_777_216],
  ["ndjson,max=7", "ndjson,max=7", 7],
  ["slip", "slip", 16_777_216],
  ["cobs", "cobs", 16_777_216],
  ["sampan", "sampan", 16_842_756],
  ["sampan,max=100", "sampan,max=100", 100],
  ["json-header", "json-header", 16_777_216],
  ["json-header,size=Content-Length", "json-header,size=Content-Length", 16_777_216],
  ["raw", "raw", 16_777_216],
];

for (const [written, own, maxFrameBytes] of texts) {
  test(`${written} is the rule ${own}`, () => {
    const rule = parseRule(written);
    assert.equal(rule.text, own);
    assert.equal(rule.maxFrameBytes, maxFrameBytes);
    assert.equal(parseRule(own).text, own);
  });
}

/** What is not understood, and what is said about it. */
const mistakes: [written: string, why: RegExp][] = [
  ["", /no framing rule is called "": .*u32be/],
  ["u32", /does not say which byte comes first: write u32be \(network order\) or u32le/],
  ["32", /write u32be .* or u32le/],
  ["uint16", /write u16be .* or u16le/],
  ["int32", /write i32be .* or i32le/],
  ["uint32le", /did you mean u32le\?/],
  ["u32el", /did you mean u32be or u32le\?|did you mean u32le/],
  ["u40be", /did you mean u24be|u64be/],
  ["lines", /did you mean line\?/],
  ["netstrings", /did you mean netstring\?/],
  ["delimiter=x", /there are u8 u16be/],
  ["delim", /write delim=/],
  ["delim=", /an empty delimiter/],
  ["delim=a||b", /an empty delimiter/],
  ["delim=\\q", /no escape is written \\q: there are \\n/],
  ["delim=\\x4", /no escape is written \\x4/],
  ["delim=a\\", /no escape is written \\/],
  ["delim=0x0d0", /0x and pairs of hex digits/],
  ["delim=0x", /0x and pairs of hex digits/],
  [`delim=${"a".repeat(65)}`, /1 to 64 bytes, not 65/],
  [
    `delim=${Array.from({ length: 17 }, (_, index) => String.fromCharCode(97 + index)).join("|")}`,
    /1 to 16 delimiters/,
  ],
  ["fixed", /write fixed=36, not "fixed"/],
  ["fixed=0", /1 to 2147483648 bytes, not 0/],
  ["fixed=-1", /fixed takes bytes/],
  ["fixed=3,max=4", /fixed takes no "max"/],
  ["slip=1", /write slip, not "slip=1"/],
  ["slip,keep", /slip takes no "keep"; it takes max/],
  ["line=cr", /write line or line=crlf, not line=cr/],
  ["u8,mx=4", /u8 takes no "mx": did you mean max\?/],
  ["u8,max", /max needs a value: max=…/],
  ["u8,max=", /max needs a value/],
  ["u8,max=0", /1 to 2147483648 bytes, not 0/],
  ["u8,max=3g", /1 to 2147483648/],
  ["u8,max=1t", /as in max=4096, max=64k or max=1M, not 1t/],
  ["u8,max=1.5", /max takes bytes/],
  ["u8,max=4,max=5", /max stands twice/],
  ["u8,keep=1", /keep takes no value: write keep alone/],
  ["u8,keep,strip=1", /strip cannot stand beside it/],
  ["u8,strip=2", /strip must be a whole number from 0 to 1, not 2/],
  ["u8,offset=65536", /offset must be a whole number from 0 to 65535/],
  ["u8,adjust=x", /adjust takes a whole number, as in adjust=-4, not x/],
  ["u8,adjust=2000000000", /from -1073741824 to 1073741824/],
  ["u8,counts=all", /counts is body, field, frame, not all/],
  ["u8,counts=body,adjust=0", /say the same in two ways/],
  ["u8,prefix=00", /as many bytes as stand before the length, 0, not 1/],
  ["u8,offset=1,prefix=0", /prefix takes pairs of hex digits/],
  ["json-header,size=", /size needs a value/],
  ["json-header,size=a b", /no white space/],
  ["\u001b[31mred", /called "\\x1b\[31mred"/],
  ["constructor", /no framing rule is called "constructor"/],
];

for (const [written, why] of mistakes) {
  test(`"${written.slice(0, 40)}" is not understood, and what to write is said`, () =>
    refused("E_USAGE", () => parseRule(written), why));
}

test("every rule that is named can be had", () => {
  const values: Record<string, string> = { delim: "delim=x", fixed: "fixed=1" };
  for (const name of ruleNames) assert.equal(parseRule(values[name] ?? name).text, values[name] ?? name);
  assert.equal(ruleNames.length, 18 + 11);
});

const bytes = fc.uint8Array({ minLength: 1, maxLength: 6 });

test("delimiters of any bytes come back from their text", () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), fc.boolean(), (delimiters, keep) => {
      const { text } = delimiterRule({ delimiters, keep });
      const [, written = ""] = /^delim=([^]*?)(?:,keep)?$/.exec(text) ?? [];
      assert.deepEqual(
        parseDelimiters(written),
        delimiters.map((one) => Uint8Array.from(one)),
      );
      assert.equal(parseRule(text).text, text);
    }),
  );
});

test("length prefixes with any settings come back from their text", () => {
  const options = fc.record({
    width: fc.constantFrom<1 | 2 | 3 | 4 | 8>(1, 2, 3, 4, 8),
    order: fc.constantFrom<"big" | "little">("big", "little"),
    signed: fc.boolean(),
    adjust: fc.integer({ min: -9, max: 9 }),
    strip: fc.option(fc.nat(3), { nil: undefined }),
    prefix: fc.uint8Array({ maxLength: 3 }),
    maxFrameBytes: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(options, (some) => {
      const all = {
        ...some,
        offset: some.prefix.length,
        strip: some.strip === undefined ? undefined : some.strip % (some.width + 1),
      };
      const rule = lengthPrefixRule(all);
      const again = parseRule(rule.text);
      assert.equal(again.text, rule.text);
      const frame = new Uint8Array(20).fill(3);
      const write = (one: typeof rule): string => {
        const target = new Uint8Array(40);
        return codeOf(() => one.encodeInto(frame, target, 0)) ?? Buffer.from(target).toString("hex");
      };
      assert.equal(write(again), write(rule));
    }),
  );
});

test("any text is a rule or E_USAGE", () => {
  const piece = fc.constantFrom(
    "u8",
    "u32le",
    "delim=",
    "max=",
    "keep",
    ",",
    "|",
    "\\",
    "x",
    "0",
    "=",
    "offset=",
    "1k",
    "-",
    "line",
    " ",
    "é",
  );
  const any = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 8 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(any, (text) => {
      let own: string | undefined;
      const code = codeOf(() => (own = parseRule(text).text));
      if (own === undefined) assert.equal(code, "E_USAGE");
      else assert.equal(parseRule(own).text, own);
    }),
    { numRuns: 1500 },
  );
});

test("options in code are checked as well", () => {
  refused("E_USAGE", () => lengthPrefixRule({ width: 4 }), /4 bytes needs an order/);
  refused("E_USAGE", () => lengthPrefixRule({ width: 5 as 4 }), /1, 2, 3, 4 or 8 bytes, not 5/);
  refused("E_USAGE", () => lengthPrefixRule({ width: 1, offset: 0.5 }), /whole number/);
  refused("E_USAGE", () => lineRule({ maxFrameBytes: Number.NaN }), /not NaN/);
  refused("E_USAGE", () => delimiterRule({ delimiters: [] }), /not 0/);
  refused("E_USAGE", () => jsonHeaderRule({ sizeKey: "a,b" }), /comma/);
});
