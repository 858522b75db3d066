import assert from "node:assert/strict";
import { test } from "node:test";
import { type LogReader, type OutputChunk, OutputLog } from "../../../src/session/run/output-log.js";

function chunk(text: string, released?: string[]): OutputChunk {
  const message = Buffer.from(text);
  return { message, bytes: message.length, release: () => void released?.push(text) };
}

function readAll(reader: LogReader): string {
  let text = "";
  for (let next = reader.next(); next; next = reader.next()) {
    text += Buffer.from(next.message).toString();
    next.release?.();
  }
  return text;
}

test("one who follows from the start gets all, and holds back what is ahead of it", () => {
  const log = new OutputLog(4, false);
  const reader = log.read();
  let room = 0;
  log.onRoom = () => void room++;
  const released: string[] = [];
  log.push(chunk("ab", released));
  assert.equal(log.isFull, false);
  log.push(chunk("cd", released));
  assert.equal(log.isFull, true);
  assert.equal(readAll(reader), "abcd");
  assert.deepEqual([room, log.isFull, log.droppedBytes], [1, false, 0]);
  assert.deepEqual(released, ["ab", "cd"]);
  log.end();
  assert.equal(reader.isAtEnd(), true);
});

test("a log that nobody follows drops its oldest and counts it", () => {
  const log = new OutputLog(4, true);
  for (const text of ["ab", "cd", "ef", "g"]) log.push(chunk(text));
  assert.equal(log.isFull, false);
  assert.equal(log.droppedBytes, 4);
  assert.equal(readAll(log.read()), "efg");
  assert.equal(readAll(log.read()), "efg");
});

test("what was kept is never lost to one who follows, and its memory is not used again", () => {
  const log = new OutputLog(4, true);
  const released: string[] = [];
  log.push(chunk("ab", released));
  const slow = log.read();
  const quick = log.read();
  for (const text of ["cd", "ef"]) {
    log.push(chunk(text, released));
    readAll(quick);
  }
  assert.equal(log.isFull, true);
  assert.equal(readAll(slow), "abcdef");
  assert.equal(log.isFull, false);
  assert.deepEqual(released, []);
  assert.equal(log.droppedBytes, 2);
});

test("one who leaves no longer holds back", () => {
  const log = new OutputLog(2, false);
  const reader = log.read();
  let room = 0;
  log.onRoom = () => void room++;
  log.push(chunk("abc"));
  assert.equal(log.isFull, true);
  reader.leave();
  assert.deepEqual([log.isFull, room], [false, 1]);
  log.push(chunk("gone"));
  assert.equal(log.droppedBytes, 7);
});

test("whoever follows is told of more and of the end", () => {
  const log = new OutputLog(100, false);
  const reader = log.read();
  let told = 0;
  reader.onMore = () => void told++;
  log.push(chunk("a"));
  log.end();
  assert.equal(told, 2);
  assert.equal(reader.isAtEnd(), false);
  assert.equal(readAll(reader), "a");
  assert.equal(reader.isAtEnd(), true);
});
