import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  encodeBoot,
  encodeHeader,
  encodeRecord,
  encodeSynced,
  type JournalSubject,
  parseJournal,
  recordBytes,
} from "../../src/store/journal.js";

const MiB = 1024 * 1024;
const subject: JournalSubject = { path: "a/b", version: "v1", bytes: 100 * MiB, digest: "blake3" };
const digestOf = (number: number) => Buffer.alloc(32, number + 1);

type Step = { readonly block: number } | "sync" | "boot";

/** A journal as it is written, and by a naive reading the blocks that count in boot `running`. */
function written(steps: readonly Step[], running: string): { bytes: Buffer; counting: Set<number>; last: string } {
  const pieces: Uint8Array[] = [encodeHeader(subject), encodeBoot("boot-0")];
  const [all, synced] = [new Set<number>(), new Set<number>()];
  let boot = 0;
  for (const step of steps) {
    if (step === "boot") pieces.push(encodeBoot(`boot-${++boot}`));
    else if (step === "sync") {
      pieces.push(encodeSynced(Buffer.concat(pieces).length));
      for (const block of all) synced.add(block);
    } else {
      pieces.push(encodeRecord(step.block, digestOf(step.block)));
      all.add(step.block);
    }
  }
  const last = `boot-${boot}`;
  return { bytes: Buffer.concat(pieces), counting: running === last ? all : synced, last };
}

const anySteps = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 99 }).map((block) => ({ block })),
    fc.constant("sync" as const),
  ),
  { maxLength: 30 },
);

test("every block counts in the same boot, and only what was synced in another", () => {
  fc.assert(
    fc.property(anySteps, fc.constantFrom("boot-0", "boot-9", ""), (steps, running) => {
      const { bytes, counting } = written(steps, running);
      const parsed = parseJournal(bytes, subject, running);
      assert.deepEqual(new Set(parsed?.held.keys()), counting);
      for (const [number, digest] of parsed?.held ?? []) assert.deepEqual(Buffer.from(digest), digestOf(number));
      assert.equal(parsed?.isCurrent, running === "boot-0");
    }),
  );
});

test("a marker speaks of what was noted before its sync began, not of what came meanwhile", () => {
  const head = Buffer.concat([encodeHeader(subject), encodeBoot("boot-0"), encodeRecord(0, digestOf(0))]);
  const journal = Buffer.concat([
    head,
    encodeRecord(1, digestOf(1)),
    encodeSynced(head.length),
    encodeRecord(2, digestOf(2)),
  ]);
  assert.deepEqual([...(parseJournal(journal, subject, "boot-1")?.held.keys() ?? [])], [0]);
  assert.deepEqual([...(parseJournal(journal, subject, "boot-0")?.held.keys() ?? [])], [0, 1, 2]);
  const boast = Buffer.concat([head, encodeSynced(2 ** 40), encodeRecord(3, digestOf(3))]);
  assert.deepEqual([...(parseJournal(boast, subject, "boot-1")?.held.keys() ?? [])], [0]);
});

test("a journal of another file, version, length or digest does not count", () => {
  const { bytes } = written([{ block: 1 }], "boot-0");
  const others = [{ path: "a/c" }, { version: "v2" }, { bytes: 99 * MiB }, { bytes: undefined }, { digest: "sha256" }];
  for (const other of others) assert.equal(parseJournal(bytes, { ...subject, ...other }, "boot-0"), undefined);
  assert.equal(parseJournal(Buffer.alloc(0), subject, "boot-0"), undefined);
});

test("a block that the file does not have does not count", () => {
  const { bytes } = written([{ block: 99 }, { block: 100 }, { block: 0xfffffff0 }], "boot-0");
  assert.deepEqual([...(parseJournal(bytes, subject, "boot-0")?.held.keys() ?? [])], [99]);
});

test("cut at any byte, a journal tells of the whole records before the cut", () => {
  const { bytes } = written([{ block: 5 }, { block: 6 }, { block: 7 }], "boot-0");
  const start = encodeHeader(subject).length;
  for (let length = 0; length <= bytes.length; length++) {
    const parsed = parseJournal(bytes.subarray(0, length), subject, "boot-0");
    if (length < start) assert.equal(parsed, undefined);
    else {
      const whole = Math.floor((length - start) / recordBytes);
      assert.equal(parsed?.end, start + whole * recordBytes);
      assert.deepEqual([...(parsed?.held.keys() ?? [])], [5, 6, 7].slice(0, Math.max(0, whole - 1)));
    }
  }
});

test("with any bits flipped, a journal never tells of a block, or a digest, that was not written", () => {
  fc.assert(
    fc.property(
      anySteps,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
      (steps, flips) => {
        const { bytes } = written(steps, "boot-0");
        for (const [at, mask] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
        const noted = new Set(steps.flatMap((step) => (typeof step === "object" ? [step.block] : [])));
        for (const [number, digest] of parseJournal(bytes, subject, "boot-0")?.held ?? []) {
          assert.ok(noted.has(number));
          assert.deepEqual(Buffer.from(digest), digestOf(number));
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("any bytes after the header are read or dropped, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, withHeader) => {
      const journal = Buffer.concat(withHeader ? [encodeHeader(subject), noise] : [noise]);
      const parsed = parseJournal(journal, subject, "boot-0");
      assert.equal(parsed?.held.size ?? 0, 0);
    }),
    { numRuns: 1000 },
  );
});
