import assert from "node:assert/strict";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { HistoryFile } from "../../../src/service/chat/history-file.js";
import type { Said } from "../../../src/session/chat/said.js";
import { mountSmallDisk, onSmallDisk } from "../../small-disk.js";

const MiB = 1024 * 1024;

function scratch(t: TestContext, undo: (folder: string) => void = () => {}): string {
  const folder = fs.mkdtempSync(join(tmpdir(), "sampan-test-history-"));
  t.after(() => {
    undo(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function said(seq: number, text: string | Buffer, id = seq): Said {
  return { seq, at: 1000 + seq, from: "ann", text: Buffer.from(text), client: "c", id, kept: true };
}

async function texts(history: HistoryFile, after = 0): Promise<string[]> {
  const all: string[] = [];
  for (let seq = after; ; ) {
    const list = await history.read(seq);
    const last = list.at(-1);
    if (!last) return all;
    all.push(...list.map(({ text }) => Buffer.from(text).toString()));
    seq = last.seq;
  }
}

class Book {
  readonly disk = { bytes: 0 };
  readonly troubles: string[] = [];
  readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, "room.ndjson");
  }

  open(): Promise<HistoryFile> {
    return HistoryFile.open(this.file, "room", this.disk, (message) => void this.troubles.push(message));
  }
}

test("what was said is there after a restart, with its numbers, files and who said it", async (t) => {
  const book = new Book(scratch(t));
  const first = await book.open();
  const odd = 'quotes " \\ \x1b[31m \u2028 世界 🎉\nnew line\0';
  for (const [index, text] of ["one", "", odd].entries()) assert.ok(first.append(said(index + 1, text)));
  assert.ok(first.append({ ...said(4, "with"), file: { name: "x.txt", bytes: 5 } }));
  await first.close();
  assert.equal(fs.statSync(book.file).mode & 0o777, 0o600);
  const second = await book.open();
  t.after(() => second.close());
  assert.deepEqual([second.firstSeq, second.lastSeq], [1, 4]);
  assert.deepEqual(await texts(second), ["one", "", odd, "with"]);
  assert.deepEqual((await second.read(3))[0]?.file, { name: "x.txt", bytes: 5 });
  assert.deepEqual([second.has("c", 4), second.has("c", 5), second.has("d", 1)], [true, false, false]);
  assert.equal(book.disk.bytes, fs.statSync(book.file).size);
});

test("a torn tail is cut off at every place, and what follows is kept", async (t) => {
  const book = new Book(scratch(t));
  const first = await book.open();
  for (const [index, text] of ["one", "two", "three"].entries()) first.append(said(index + 1, text));
  await first.close();
  const whole = fs.readFileSync(book.file);
  const good = whole.lastIndexOf("\n", whole.length - 2) + 1;
  for (let length = good; length < whole.length; length++) {
    fs.writeFileSync(book.file, whole.subarray(0, length));
    const torn = await book.open();
    assert.deepEqual(await texts(torn), ["one", "two"], `cut at ${length}`);
    assert.ok(torn.append(said(3, "again")));
    await torn.close();
    const mended = await book.open();
    assert.deepEqual(await texts(mended), ["one", "two", "again"], `cut at ${length}`);
    await mended.close();
  }
});

test("a damaged line costs that message and no other", async (t) => {
  const book = new Book(scratch(t));
  const first = await book.open();
  for (const [index, text] of ["one", "two", "three"].entries()) first.append(said(index + 1, text));
  await first.close();
  fs.writeFileSync(book.file, fs.readFileSync(book.file, "utf8").replace('{"seq":2', '{"s*q":2'));
  const second = await book.open();
  t.after(() => second.close());
  assert.deepEqual(await texts(second), ["one", "three"]);
});

test("10,000 messages are remembered, the file is shortened, and nothing said meanwhile is lost", async (t) => {
  const book = new Book(scratch(t));
  const history = await book.open();
  const padding = "x".repeat(100);
  let longest = 0;
  for (let seq = 1; seq <= 40_000; seq++) {
    history.append(said(seq, `${seq} ${padding}`));
    if (seq % 500 === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, fs.statSync(book.file).size);
    }
  }
  assert.deepEqual([history.firstSeq, history.lastSeq], [30_001, 40_000]);
  const expected = Array.from({ length: 10_000 }, (_, index) => `${index + 30_001} ${padding}`);
  assert.deepEqual(await texts(history), expected);
  await history.close();
  assert.ok(longest < 5 * MiB, `${longest} bytes`);
  const again = await book.open();
  assert.deepEqual(await texts(again), expected);
  // It may be shortening the file just now.
  await again.close();
  assert.deepEqual(fs.readdirSync(join(book.file, "..")), ["room.ndjson"]);
  assert.deepEqual(book.troubles, []);
});

test("64 MiB are remembered", async (t) => {
  const book = new Book(scratch(t));
  const history = await book.open();
  t.after(() => history.close());
  const text = Buffer.alloc(MiB, "x");
  for (let seq = 1; seq <= 90; seq++) {
    history.append(said(seq, text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual([history.firstSeq, history.lastSeq], [28, 90]);
  const first = await history.read(27);
  assert.ok(first[0]?.seq === 28 && Buffer.from(first[0].text).equals(text));
});

test("a full disk keeps what it can, tells of the rest, and goes on when there is room", onSmallDisk, async (t) => {
  let unmount = () => {};
  const disk = join(
    scratch(t, () => unmount()),
    "disk",
  );
  fs.mkdirSync(disk);
  unmount = mountSmallDisk(disk, "1m");
  const book = new Book(disk);
  const history = await book.open();
  assert.ok(history.append(said(1, "kept")));
  fs.writeFileSync(join(disk, "ballast"), Buffer.alloc(900_000));
  const text = "x".repeat(100_000);
  assert.deepEqual(
    [2, 3, 4].map((seq) => history.append(said(seq, text))),
    [true, false, false],
  );
  assert.match(book.troubles.join(), /^messages cannot be kept \(ENOSPC\)$/);
  assert.ok(fs.readFileSync(book.file, "utf8").endsWith("\n"), "no line is half written");
  // Whoever comes meanwhile hears of them all the same.
  assert.deepEqual(
    (await history.read(2)).map(({ seq, kept }) => [seq, kept]),
    [
      [3, false],
      [4, false],
    ],
  );
  fs.rmSync(join(disk, "ballast"));
  assert.ok(history.append(said(5, "room again")));
  await history.close();
  const again = await book.open();
  assert.deepEqual(
    (await texts(again)).map((one) => one.length),
    [4, 100_000, 100_000, 100_000, 10],
  );
  await again.close();
});

test("beyond a limit for all rooms together nothing more is kept", async (t) => {
  const book = new Book(scratch(t));
  const history = await book.open();
  t.after(() => history.close());
  assert.ok(history.append(said(1, "one")));
  book.disk.bytes += 1024 ** 3;
  assert.ok(!history.append(said(2, "two")));
  assert.match(book.troubles.join(), /all rooms together/);
});
