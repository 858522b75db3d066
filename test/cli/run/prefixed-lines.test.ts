import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { linePrefix, PrefixedLines } from "../../../src/cli/run/prefixed-lines.js";

async function prefixed(chunks: readonly string[]): Promise<string> {
  let written = "";
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString("latin1");
      done();
    },
  });
  const lines = new PrefixedLines(out, "p| ");
  for (const text of chunks) {
    const chunk = Buffer.from(text, "latin1");
    await new Promise((done) => lines.write(chunk, done));
    // Its memory is used again.
    chunk.fill("!");
  }
  await new Promise<void>((done) => lines.end(done));
  return written;
}

test("every line has its prefix once, wherever the chunks are cut", async () => {
  const text = "one\n\ntwo \xff\x00\r\nthree";
  const wanted = "p| one\np| \np| two \xff\x00\r\np| three\n";
  for (let at = 0; at <= text.length; at++) {
    assert.equal(await prefixed([text.slice(0, at), text.slice(at)]), wanted, `cut at ${at}`);
  }
  assert.equal(await prefixed(text.split("")), wanted);
});

test("nothing gives nothing, and a line without an end is cut", async () => {
  assert.equal(await prefixed([]), "");
  const lines = (await prefixed(Array.from({ length: 3 }, () => "x".repeat(40_000)))).split("\n");
  assert.deepEqual(
    lines.map((line) => line.length),
    [80_003, 40_003, 0],
  );
});

test("prefixes are of one width, and coloured only where that is wanted", () => {
  assert.equal(linePrefix("ab", 0, 4, false), "ab   | ");
  assert.equal(linePrefix("ab", 0, 4, true), "\x1b[36mab   |\x1b[0m ");
});
