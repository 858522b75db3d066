import assert from "node:assert/strict";
import { test } from "node:test";
import { inputLines } from "../../src/cli/input-lines.js";

async function linesOf(chunks: readonly Buffer[], maxLength = 1000): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of inputLines(streamOf(chunks), maxLength)) lines.push(line);
  return lines;
}

async function* streamOf(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

test("lines end with LF or CRLF, wherever the stream is cut", async () => {
  const bytes = Buffer.from("one\r\n\n中文\u2028same line\rstill\nlast");
  const lines = ["one", "", "中文\u2028same line\rstill", "last"];
  assert.deepEqual(await linesOf([bytes]), lines);
  for (let at = 1; at < bytes.length; at++)
    assert.deepEqual(await linesOf([bytes.subarray(0, at), bytes.subarray(at)]), lines);
  const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  assert.deepEqual(await linesOf(single), lines);
  assert.deepEqual(await linesOf([Buffer.from("one\n")]), ["one"]);
  assert.deepEqual(await linesOf([]), []);
});

test("a line that is too long is refused before it has ended", async () => {
  assert.deepEqual(await linesOf([Buffer.from("12345\n12345")], 5), ["12345", "12345"]);
  await assert.rejects(linesOf([Buffer.from("123"), Buffer.from("456")], 5), { code: "E_TOO_LARGE" });
  await assert.rejects(linesOf([Buffer.from("1\n123456\n")], 5), { code: "E_TOO_LARGE" });
});
