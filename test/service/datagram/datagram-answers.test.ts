import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AddressCookies } from "../../../src/service/datagram/address-cookie.js";
import { AddressRates, defaultAddressRates } from "../../../src/service/datagram/address-rates.js";
import { DatagramAnswers } from "../../../src/service/datagram/datagram-answers.js";
import { Announcement } from "../../../src/service/discovery/announcement.js";
import { nearnessAmong } from "../../../src/transport/nearness.js";
import {
  datagramKinds,
  formatSampanDatagram,
  parseSampanDatagram,
} from "../../../src/wire/datagram/sampan-datagram.js";
import { askSntp } from "../../../src/wire/datagram/sntp.js";
import { formatAsk, parseTold } from "../../../src/wire/datagram/time-datagram.js";

const near = { address: "192.168.1.9", port: 40_000 };
const far = { address: "203.0.113.7", port: 40_000 };
const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const noCookie = new Uint8Array(8);

function answering(host = "0.0.0.0", perSecond = 1e9) {
  const rates = { ...defaultAddressRates, perSecond, burst: perSecond, allPerSecond: 1e9 };
  const folder = "films";
  return new DatagramAnswers({
    rates: new AddressRates(rates, 0),
    nowMs: () => 0,
    nearnessOf: nearnessAmong([]),
    announcement: new Announcement({ folder, host, port: 7700, udpPort: 7700, fingerprint: "A".repeat(43) }),
    cookies: new AddressCookies(),
  });
}

const questions: Record<string, Uint8Array> = {
  "strftime, empty": new Uint8Array(0),
  strftime: Buffer.from("%c"),
  "strftime, wide": Buffer.from("%900Y"),
  "strftime, not a text": Buffer.of(0xff),
  "strftime, with a zero byte": Buffer.of(0),
  "strftime, too long": Buffer.from("%Y".repeat(600)),
  sntp: askSntp(nonce),
  "sntp with a key": Buffer.concat([askSntp(nonce), Buffer.alloc(20)]),
  torn: askSntp(nonce).subarray(0, 47),
  echo: formatSampanDatagram("echo", nonce),
  who: formatSampanDatagram("who", nonce),
  ask: formatAsk(nonce, noCookie, ""),
  "ask, with a format": formatAsk(nonce, noCookie, "%c"),
  "ask, cut short": formatSampanDatagram("ask", nonce),
  "a later kind": Uint8Array.of(0xfe, 0x53, 0x50, 0x4e, 99, 1, 2, 3),
};
for (const kind of Object.keys(datagramKinds) as (keyof typeof datagramKinds)[]) {
  questions[`${kind}, bare`] = formatSampanDatagram(kind);
}

test("no question from afar is answered by more bytes than it has", () => {
  for (const [name, question] of Object.entries(questions)) {
    const answer = answering().answerTo(question, far);
    assert.ok((answer?.length ?? 0) <= question.length, `${name}: ${question.length} → ${answer?.length}`);
  }
  const answers = answering();
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(questions)), fc.uint8Array({ maxLength: 60 }), (head, tail) => {
      const question = Buffer.concat([head, tail]);
      assert.ok((answers.answerTo(question, far)?.length ?? 0) <= question.length);
    }),
  );
});

test("what is answered from afar: SNTP, echo, and a cookie to whoever asks for the time; not who is here", () => {
  const answered = Object.keys(questions).filter((name) => answering().answerTo(questions[name] as Uint8Array, far));
  assert.deepEqual(answered.sort(), [
    "ask",
    "ask, with a format",
    "echo",
    "echo, bare",
    "sntp",
    "sntp with a key",
    "strftime, too long",
  ]);
});

test("whoever brings the cookie back is told the time; another address cannot use it", () => {
  const answers = answering();
  const asked = parseSampanDatagram(answers.answerTo(formatAsk(nonce, noCookie, "%c"), far) ?? noCookie);
  assert.equal(asked?.kind, "cookie");
  assert.deepEqual([...(asked?.body.subarray(0, 8) ?? [])], [...nonce]);
  const question = formatAsk(nonce, asked?.body.subarray(8) ?? noCookie, "%c");
  const told = parseSampanDatagram(answers.answerTo(question, far) ?? noCookie);
  assert.equal(told?.kind, "told");
  assert.match(parseTold(told?.body ?? noCookie)?.text ?? "", /\d\d:\d\d:\d\d/);
  for (const other of [
    { ...far, port: 40_001 },
    { ...far, address: "203.0.113.8" },
  ]) {
    assert.equal(parseSampanDatagram(answers.answerTo(question, other) ?? noCookie)?.kind, "cookie");
  }
});

test("a server for its own machine only tells nobody else of itself", () => {
  const who = questions.who as Uint8Array;
  assert.ok(answering().answerTo(who, near));
  assert.equal(answering("127.0.0.1").answerTo(who, near), undefined);
  assert.ok(answering("127.0.0.1").answerTo(who, { address: "127.0.0.1", port: 5000 }));
});

test("bad formats get a sentence", () => {
  const say = (name: string) => Buffer.from(answering().answerTo(questions[name] as Uint8Array, near) ?? []).toString();
  assert.match(say("strftime, not a text"), /^bad format: the format is not text in UTF-8$/);
  assert.match(say("strftime, with a zero byte"), /^bad format: .*zero byte/);
  assert.match(say("strftime, too long"), /^bad format: the format is longer than 1024 bytes$/);
  assert.match(
    Buffer.from(answering().answerTo(Buffer.from("%2000Y"), near) ?? []).toString(),
    /^bad format: .*longer/,
  );
});

test("two servers set upon each other fall silent; a person who repeats a word does not notice", () => {
  const [one, other] = [answering(), answering()];
  let message: Uint8Array | undefined = Buffer.from("round and round");
  let rounds = 0;
  for (; message && rounds < 1000; rounds++) message = (rounds % 2 ? one : other).answerTo(message, near);
  assert.ok(rounds < 100, `${rounds} rounds`);
  const answers = answering();
  for (let count = 0; count < 10; count++) assert.ok(answers.answerTo(Buffer.from("hello"), near));
  for (let count = 0; count < 100; count++) assert.ok(answers.answerTo(Buffer.from("%X"), near));
});

test("a service that was made to ask is not answered", () => {
  assert.equal(answering().answerTo(Buffer.from("%X"), { ...near, port: 19 }), undefined);
  assert.ok(answering().answerTo(askSntp(nonce), { ...near, port: 123 }));
});

test("an address is answered so often and no oftener, whatever it asks", () => {
  const answers = answering("0.0.0.0", 5);
  const answered = Array.from({ length: 20 }, () => answers.answerTo(askSntp(nonce), near)).filter((one) => one);
  assert.equal(answered.length, 5);
  assert.ok(answers.answerTo(askSntp(nonce), { ...near, address: "192.168.1.10" }));
});

test("a flood of forged addresses leaves a table of the same size, and a limit on all", () => {
  const rates = new AddressRates({ perSecond: 1, allPerSecond: 1000, burst: 5, mostAddresses: 100 }, 0);
  let admitted = 0;
  for (let count = 0; count < 100_000; count++) {
    if (rates.admits(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`, 0)) admitted++;
  }
  assert.equal(admitted, 1000);
  assert.ok(rates.addresses <= 100, `${rates.addresses}`);
  assert.ok(rates.admits("192.168.1.1", 1000));
});

test("the addresses of one IPv6 network count as one", () => {
  const rates = new AddressRates({ perSecond: 1, allPerSecond: 1000, burst: 1, mostAddresses: 100 }, 0);
  assert.ok(rates.admits("2001:db8:1:2::1", 0));
  assert.ok(!rates.admits("2001:db8:1:2:3:4:5:6", 0));
  assert.ok(rates.admits("2001:db8:1:3::1", 0));
  assert.ok(rates.admits("2001:db8::1", 0));
  assert.ok(!rates.admits("2001:db8::2", 0));
});
