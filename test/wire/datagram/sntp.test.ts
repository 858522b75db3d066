import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { questionOf } from "../../../src/wire/datagram/datagram-question.js";
import { answerSntp, askSntp, parseSntpAnswer, sntpBytes } from "../../../src/wire/datagram/sntp.js";
import { refused } from "../../refused.js";

const token = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const micros = 1_700_000_000_123_456;

test("a question and its answer: the origin comes back, the times to the microsecond, the clock called a local one", () => {
  const answer = answerSntp(askSntp(token), micros, micros + 7);
  assert.equal(answer.length, sntpBytes);
  assert.equal(Buffer.from(answer.subarray(12, 16)).toString(), "LOCL");
  assert.deepEqual(parseSntpAnswer(answer, token), {
    stratum: 10,
    synchronized: true,
    receivedMicros: micros,
    sentMicros: micros + 7,
  });
});

test("the version and the poll interval of the question come back, its leap bits do not", () => {
  const question = askSntp(token);
  question[0] = 0b11_011_011;
  question[2] = 6;
  assert.deepEqual([...answerSntp(question, micros, micros).subarray(0, 3)], [0b00_011_100, 10, 6]);
});

test("times after 2036, when the seconds begin anew", () => {
  const later = Date.UTC(2040, 5, 1) * 1000 + 1;
  const parsed = parseSntpAnswer(answerSntp(askSntp(token), later, later), token);
  assert.equal(parsed?.receivedMicros, later);
});

test("an answer to another question, of another mode, or cut short is none", () => {
  const answer = answerSntp(askSntp(token), micros, micros);
  assert.equal(parseSntpAnswer(answer, Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9)), undefined);
  assert.equal(parseSntpAnswer(askSntp(token), token), undefined);
  for (let length = 0; length < sntpBytes; length++) {
    assert.equal(parseSntpAnswer(answer.subarray(0, length), token), undefined);
  }
});

test("a clock that says it follows none is told so; a kiss of death is a refusal", () => {
  const answer = answerSntp(askSntp(token), micros, micros);
  answer[0] = 0b11_100_100;
  assert.equal(parseSntpAnswer(answer, token)?.synchronized, false);
  answer.set([0, ...answer.subarray(2, 12), ...Buffer.from("RATE")], 1);
  refused("E_BUSY", () => parseSntpAnswer(answer, token), /RATE/);
});

test("questions on one port are told apart", () => {
  const text = (value: string) => questionOf(Buffer.from(value));
  for (const version of [1, 2, 3, 4]) {
    const question = askSntp(token);
    question[0] = (version << 3) | 3;
    assert.equal(questionOf(question), "sntp");
    assert.equal(questionOf(Buffer.concat([question, Buffer.alloc(20)])), "sntp");
    for (let length = 2; length < sntpBytes; length++) assert.equal(questionOf(question.subarray(0, length)), "torn");
  }
  assert.equal(text(""), "strftime");
  // These letters look like the first byte of a question: version 4 and 2, mode 3.
  assert.equal(text("# a format of more than forty-eight bytes: %Y-%m-%d"), "strftime");
  assert.equal(text("Saturday or Sunday, which is more than 48 bytes %A %B"), "strftime");
  assert.equal(questionOf(Uint8Array.of(0xfe, 0x53, 0x50, 0x4e, 1)), "sampan");
});

test("whatever comes in, an answer is 48 bytes, and read as one or passed over or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 100 }), (bytes) => {
      assert.equal(answerSntp(bytes, micros, micros).length, sntpBytes);
      try {
        const parsed = parseSntpAnswer(bytes, bytes.slice(24, 32));
        assert.ok(parsed === undefined || Number.isSafeInteger(parsed.sentMicros));
      } catch (thrown) {
        assert.equal((thrown as { code?: string }).code, "E_BUSY");
      }
    }),
  );
});
