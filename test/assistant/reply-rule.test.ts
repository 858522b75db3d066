import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HexPattern } from "../../src/assistant/hex-pattern.js";
import { parseReply } from "../../src/assistant/reply-rule.js";
import { textEncoding } from "../../src/service/text-encoding.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { refused } from "../refused.js";

const utf8 = await textEncoding("utf-8");
const gbk = await textEncoding("gbk");

function answer(rule: string, frame: string | Buffer, encoding = utf8): string | undefined {
  const bytes = parseReply(rule, encoding).answer(typeof frame === "string" ? Buffer.from(frame) : frame);
  return bytes && Buffer.from(bytes).toString("latin1");
}

test("text answers the same text, with and without a line end", () => {
  assert.equal(answer("PING=>PONG", "PING"), "PONG");
  assert.equal(answer("PING => PONG\\r\\n", "PING\r\n"), "PONG\r\n");
  assert.equal(answer("PING=>PONG", "PING\n"), "PONG");
  assert.equal(answer("PING=>PONG", "PINGS"), undefined);
  assert.equal(answer("PING=>PONG", "\nPING"), undefined);
  assert.equal(answer("PING\\n=>PONG", "PING\n"), "PONG");
  assert.equal(answer("text:hex:01=>text:hex:$0", "hex:01"), "hex:hex:01");
  assert.equal(answer("a\\x3d>b=>c=>d", "a=>b"), "c=>d");
  assert.equal(answer("PING=>", "PING"), "");
  assert.equal(answer("你=>好", gbk.encode("你") as Buffer, gbk), "\xba\xc3");
});

test("bytes answer bytes, with wildcards and captures", () => {
  const frame = Buffer.from("0103001000ff", "hex");
  assert.equal(answer("hex:01 03 (.. ..) (..) *=>hex:81 $1 $2$2", frame), "\x81\x00\x10\x00\x00");
  assert.equal(answer("hex:0103*=>hex:$0", frame), frame.toString("latin1"));
  assert.equal(answer("hex:0. .3 * f.=>yes", frame), "yes");
  assert.equal(answer("hex:0103=>no", frame), undefined);
  assert.equal(answer("hex:01 (*) 00 (*)=>$2", frame), "\x10\x00\xff");
  assert.equal(answer("hex:*(..)=>$1", frame), "\xff");
});

test("a regular expression looks at the text, and its captures are bytes of the encoding", () => {
  assert.equal(answer("re:/^add (\\d+) (\\d+)$/=>sum of $1 and $2: $$1", "add 20 22\r\n"), "sum of 20 and 22: $1");
  assert.equal(answer("re:/a=>(b)?|[/]/i=>[$1]", "x A=> y"), "[]");
  assert.equal(answer("re:/^(.)/=>$1", gbk.encode("你好") as Buffer, gbk), "\xc4\xe3");
  assert.equal(answer("re:/^x/=>y", "ax"), undefined);
  const sticky = parseReply("re:/a/g=>b", utf8);
  for (let round = 0; round < 3; round++) assert.ok(sticky.answer(Buffer.from("a")), "the same again");
});

test("a pattern that would take for ever on a frame is given up, in words", () => {
  const rule = parseReply("re:/^(a+)+$/=>x", utf8);
  refused("E_TIMED_OUT", () => rule.answer(Buffer.from(`${"a".repeat(60)}!`)), /more than 200 ms/);
  assert.equal(Buffer.from(rule.answer(Buffer.from("aaa")) ?? []).toString(), "x");
});

test("what is no reply is refused, and said why", () => {
  refused("E_USAGE", () => parseReply("PING", utf8), /RULE=>ANSWER/);
  refused("E_USAGE", () => parseReply("=>PONG", utf8), /RULE=>ANSWER/);
  refused("E_USAGE", () => parseReply("hex:0=>x", utf8), /neither a byte/);
  refused("E_USAGE", () => parseReply("hex:((01))=>x", utf8), /within another/);
  refused("E_USAGE", () => parseReply("hex:(01=>x", utf8), /has no \)/);
  refused("E_USAGE", () => parseReply("hex:01)=>x", utf8), /has no \(/);
  refused("E_USAGE", () => parseReply("re:/(/=>x", utf8), /regular expression/);
  refused("E_USAGE", () => parseReply("re:abc=>x", utf8), /no pattern/);
  refused("E_USAGE", () => parseReply("PING=>$1", utf8), /captures nothing/);
  refused("E_USAGE", () => parseReply("hex:(..)=>$2", utf8), /captures \$1 to \$1/);
  refused("E_USAGE", () => parseReply("PING=>\\q", utf8), /no escape/);
  refused("E_USAGE", () => parseReply("PING=>hex:1", utf8), /half a byte/);
});

const token = fc.constantFrom("00", "01", "..", "0.", ".1", "*", "**");

test("a pattern of bytes matches what the regular expression of the same meaning matches", () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 8 }), fc.array(fc.nat(2), { maxLength: 12 }), (tokens, frame) => {
      const source = tokens.map((one) => (one.startsWith("*") ? "(?:..)*?" : one)).join("");
      const hex = Buffer.from(frame).toString("hex");
      const found = new HexPattern(tokens.join(" ")).match(Uint8Array.from(frame));
      assert.equal(found !== undefined, new RegExp(`^${source}$`).test(hex), `${tokens.join(" ")} on ${hex}`);
    }),
    { numRuns: 500 },
  );
});

test("captures are those of the regular expression where at most one run is free", () => {
  const fixed = fc.array(fc.constantFrom("00", "01", ".."), { maxLength: 3 });
  fc.assert(
    fc.property(fixed, fixed, fc.array(fc.nat(1), { maxLength: 10 }), (before, after, frame) => {
      const pattern = new HexPattern(`${before.join(" ")} (*) (${after.join(" ")})`);
      const found = pattern
        .match(Uint8Array.from(frame))
        ?.slice(1)
        .map((part) => Buffer.from(part).toString("hex"));
      const wanted = new RegExp(`^${before.join("")}((?:..)*?)(${after.join("")})$`).exec(
        Buffer.from(frame).toString("hex"),
      );
      assert.deepEqual(found, wanted?.slice(1));
    }),
  );
});

test("any rule either reads or is refused in words, and never fails on a frame", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("=>", "hex:", "re:/", "/", "(", ")", "..", "*", "$1", "$", "\\", "text:"),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.uint8Array(), (pieces, frame) => {
      try {
        parseReply(pieces.join(""), utf8).answer(frame);
      } catch (error) {
        assert.ok(error instanceof SampanError && error.code !== "E_BUG", String(error));
      }
    }),
    { numRuns: 400 },
  );
});
