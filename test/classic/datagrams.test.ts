import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { parsePeerAddress } from "../../src/classic/address.js";
import { askDatagram } from "../../src/classic/udp-client.js";
import { textEncoding } from "../../src/service/text-encoding.js";
import { refused } from "../refused.js";
import { never, rejected } from "../store/scratch.js";
import { Scene } from "./classic-peer.js";

async function time(t: TestContext, format: Uint8Array, encoding = "utf-8"): Promise<string> {
  const scene = await Scene.start(t, "udp-time", { encoding: await textEncoding(encoding) });
  const address = parsePeerAddress(`127.0.0.1:${scene.server.port}`, "udp");
  return (await askDatagram(format, { address, tries: 5, waitMs: 5_000, signal: never })).toString();
}

for (const [what, format, answer] of [
  ["not UTF-8", Buffer.from([0x25, 0x59, 0xff]), /not utf-8 text/],
  ["longer than 1,024 bytes", Buffer.alloc(1025, "x"), /1025 bytes; the most is 1024/],
  ["with a NUL", Buffer.from("%Y\0"), /NUL/],
  ["that would give too much", Buffer.from("%99999d"), /longer than/],
  ["with no directive", Buffer.from("%Q ok"), /^%Q ok$/],
] as const) {
  test(`udp-time answers a format ${what} in words`, async (t) => {
    assert.match(await time(t, format), answer);
  });
}

test("udp-upper over IPv6", async (t) => {
  const scene = await Scene.start(t, "udp-upper", { host: "::1" });
  const address = parsePeerAddress(`udp://[::1]:${scene.server.port}`, "udp");
  const answer = await askDatagram(Buffer.from("six"), { address, tries: 5, waitMs: 5_000, signal: never });
  assert.equal(answer.toString(), "SIX");
});

test("nobody there: the client gives up after its tries", async (t) => {
  const scene = await Scene.start(t, "udp-hi");
  const address = parsePeerAddress(`127.0.0.1:${scene.server.port}`, "udp");
  await scene.server.close();
  await rejected(
    "E_TIMED_OUT",
    askDatagram(Buffer.from("x"), { address, tries: 2, waitMs: 50, signal: never }),
    /2 tries/,
  );
});

test("addresses", () => {
  assert.deepEqual(parsePeerAddress("[::1]:80", "tcp"), { host: "::1", port: 80, text: "[::1]:80" });
  assert.deepEqual(parsePeerAddress("tcp://a.example:8080/", "tcp"), {
    host: "a.example",
    port: 8080,
    text: "a.example:8080",
  });
  for (const wrong of [
    "",
    "a",
    "a:",
    ":80",
    "a:0",
    "a:65536",
    "::1:80",
    "[a]:80",
    "udp://a:80",
    "tls://a:80",
    "a:80/x",
  ])
    refused("E_USAGE", () => parsePeerAddress(wrong, "tcp"));
});
