import assert from "node:assert/strict";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { OpenFile } from "../../src/store/open-file.js";

const blockBytes = 100_000;

function open(t: TestContext, quickMs: number): { file: OpenFile; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-open-file-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "file");
  return { file: new OpenFile(openSync(path, "w+"), quickMs), path };
}

function block(number: number): Uint8Array {
  return new Uint8Array(blockBytes).fill(number);
}

for (const [disk, quickMs] of [
  ["quick", Number.POSITIVE_INFINITY],
  ["slow", 0],
] as const) {
  test(`on a ${disk} disk blocks written all at once, the last first, are where they belong`, async (t) => {
    const { file, path } = open(t, quickMs);
    const order = [9, 3, 7, 1, 5, 0, 8, 2, 6, 4];
    await Promise.all(order.map((number) => file.write(block(number), blockBytes, number * blockBytes)));
    const into = new Uint8Array(2 * blockBytes);
    assert.equal(await file.read(into, 8 * blockBytes), 2 * blockBytes);
    assert.deepEqual([into[0], into.at(-1)], [8, 9]);
    assert.equal(await file.read(into, 9 * blockBytes + 1), blockBytes - 1);
    file.close();
    const expected = Buffer.concat([...order].sort().map(block));
    assert.ok(readFileSync(path).equals(expected));
  });
}

test("what is quick is read at once, and no more where it was slow", async (t) => {
  const { file } = open(t, Number.POSITIVE_INFINITY);
  await file.write(block(1), blockBytes, 0);
  const into = new Uint8Array(blockBytes + 1);
  for (let count = 0; count < 10; count++) assert.equal(file.readNow(into, 0), blockBytes);
  file.close();
  assert.equal(file.readNow(into, 0), undefined);
  const { file: slow } = open(t, 0);
  assert.equal(slow.readNow(into, 0), 0);
  assert.equal(slow.readNow(into, 0), 0);
  assert.equal(slow.readNow(into, 0), undefined);
  slow.close();
});

test("a file that is closed takes nothing more", async (t) => {
  for (const quickMs of [Number.POSITIVE_INFINITY, 0]) {
    const { file, path } = open(t, quickMs);
    const under = [1, 2, 3].map((number) => file.write(block(number), blockBytes, (number - 1) * blockBytes));
    await Promise.all(under);
    file.close();
    await assert.rejects(file.write(block(3), blockBytes, 0), { code: "EBADF" });
    assert.equal(readFileSync(path).length, 3 * blockBytes);
  }
});
