import { createHash } from "node:crypto";
import { closeSync, fdatasync, ftruncateSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { blockCount } from "../wire/blocks.js";
import { closedError } from "./open-file.js";

/*
 * The journal of a file under way says which of its blocks are in the part file.
 *
 *   header    one line of JSON, ended by "\n": { sampan: "journal", format, path, version, bytes, digest }
 *   records   40 bytes each: u32 big-endian number | 32 bytes | u32 big-endian CRC-32 of the 36 bytes before it
 *
 *   number < 0xFFFFFFFE    block `number` is in the part file; the 32 bytes are its digest
 *   0xFFFFFFFE             the records that follow were written in the boot whose id has this SHA-256
 *   0xFFFFFFFF             synced: u64 big-endian n, 24 bytes of zero: what the journal's first n bytes say is on the disk
 *
 * A record is written after its block. After a kill everything counts up to the first torn or damaged record, as the
 * system still holds what was written. After another boot, which may follow a power cut, only what was synced counts.
 * Where there is no boot id (elsewhere than on Linux) every run counts as another boot.
 */

export const recordBytes = 40;
const bootNumber = 0xfffffffe;
const syncedNumber = 0xffffffff;
const format = 1;
const maxHeaderBytes = 256 * 1024;

/** Which file a journal is about; all of it must be equal for the blocks to count. */
export interface JournalSubject {
  readonly path: string;
  readonly version: string;
  readonly bytes: number | undefined;
  readonly digest: string;
}

export interface ParsedJournal {
  /** Blocks that count, with their digests. */
  readonly held: Map<number, Uint8Array>;
  /** Where the next record goes: the end of the last good one. */
  readonly end: number;
  /** What stands before is on the disk, part and all. */
  readonly syncedEnd: number;
  /** Written in the running boot, so that it can be added to as it is. */
  readonly isCurrent: boolean;
}

export function encodeHeader(subject: JournalSubject): Uint8Array {
  const { path, version, bytes, digest } = subject;
  return Buffer.from(`${JSON.stringify({ sampan: "journal", format, path, version, bytes: bytes ?? null, digest })}\n`);
}

export function encodeRecord(number: number, digest: Uint8Array): Uint8Array {
  const record = Buffer.alloc(recordBytes);
  record.writeUInt32BE(number, 0);
  record.set(digest.subarray(0, 32), 4);
  record.writeUInt32BE(crc32(record.subarray(0, 36)), 36);
  return record;
}

export function encodeBoot(bootId: string): Uint8Array {
  return encodeRecord(bootNumber, bootDigest(bootId));
}

export function encodeSynced(journalBytes: number): Uint8Array {
  const content = Buffer.alloc(32);
  content.writeBigUInt64BE(BigInt(journalBytes), 0);
  return encodeRecord(syncedNumber, content);
}

function bootDigest(bootId: string): Uint8Array {
  return createHash("sha256").update(bootId).digest();
}

/** What a journal says about `subject`; undefined if it is about something else or cannot be read at all. Never throws. */
export function parseJournal(journal: Buffer, subject: JournalSubject, bootId: string): ParsedJournal | undefined {
  const start = journal.subarray(0, maxHeaderBytes).indexOf(0x0a) + 1;
  if (start === 0 || !journal.subarray(0, start).equals(encodeHeader(subject))) return undefined;
  const blocks = subject.bytes === undefined ? bootNumber : blockCount(subject.bytes);
  const { end, isCurrent, syncedBytes } = scanRecords(journal, start, bootId);
  const held = new Map<number, Uint8Array>();
  for (let at = start; at < (isCurrent ? end : Math.min(end, syncedBytes)); at += recordBytes) {
    const number = journal.readUInt32BE(at);
    if (number < blocks) held.set(number, new Uint8Array(journal.subarray(at + 4, at + 36)));
  }
  return { held, end, syncedEnd: Math.max(start, Math.min(end, syncedBytes)), isCurrent };
}

function scanRecords(
  journal: Buffer,
  start: number,
  bootId: string,
): { end: number; isCurrent: boolean; syncedBytes: number } {
  const boot = bootDigest(bootId);
  let isCurrent = false;
  let syncedBytes = 0;
  let at = start;
  for (; at + recordBytes <= journal.length; at += recordBytes) {
    if (journal.readUInt32BE(at + 36) !== crc32(journal.subarray(at, at + 36))) break;
    const number = journal.readUInt32BE(at);
    if (number === bootNumber) isCurrent = bootId !== "" && journal.subarray(at + 4, at + 36).equals(boot);
    if (number === syncedNumber) syncedBytes = Math.max(syncedBytes, syncedUpTo(journal, at));
  }
  return { end: at, isCurrent, syncedBytes };
}

/** A marker cannot speak of more than what stands before it. */
function syncedUpTo(journal: Buffer, at: number): number {
  return Math.min(Number(journal.readBigUInt64BE(at + 4)), at);
}

/**
 * An open journal that is added to, until it is closed: then its number may be another file's. Each record has a fixed
 * place, so that one cut short by a full disk is written over.
 */
export class Journal {
  readonly #fd: number;
  #end: number;
  #syncedEnd: number;
  #running = 0;
  #closing = false;

  constructor(fd: number, end = 0, syncedEnd = end) {
    this.#fd = fd;
    this.#end = end;
    this.#syncedEnd = syncedEnd;
  }

  /** Where the next record will begin. */
  get end(): number {
    return this.#end;
  }

  /** Begins anew with `held`, which is on the disk. */
  begin(subject: JournalSubject, bootId: string, held: ReadonlyMap<number, Uint8Array>): void {
    ftruncateSync(this.#fd, 0);
    this.#end = 0;
    this.#append(encodeHeader(subject));
    if (held.size > 0) {
      this.#append(Buffer.concat([...held].map(([number, digest]) => encodeRecord(number, digest))));
      this.#append(encodeSynced(this.#end));
    }
    this.#syncedEnd = this.#end;
    this.#append(encodeBoot(bootId));
  }

  /** Takes back what was noted since the last good sync: some of it is not on the disk, and nobody knows which. */
  forgetUnsynced(bootId: string): void {
    if (this.#closing) return;
    ftruncateSync(this.#fd, this.#syncedEnd);
    this.#end = this.#syncedEnd;
    this.#append(encodeSynced(this.#end));
    this.#append(encodeBoot(bootId));
  }

  /** Cuts off what stands behind the last good record. */
  cutTail(): void {
    ftruncateSync(this.#fd, this.#end);
  }

  note(number: number, digest: Uint8Array): void {
    this.#append(encodeRecord(number, digest));
  }

  /** Says that what the first `upTo` bytes of the journal tell is on the disk, and waits until this is there as well. */
  async markSynced(upTo: number): Promise<void> {
    if (this.#closing) return;
    this.#syncedEnd = upTo;
    this.#append(encodeSynced(upTo));
    this.#running++;
    try {
      await new Promise<void>((resolve, reject) => fdatasync(this.#fd, (error) => (error ? reject(error) : resolve())));
    } finally {
      this.#running--;
      if (this.#closing && this.#running === 0) closeSync(this.#fd);
    }
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#running === 0) closeSync(this.#fd);
  }

  #append(bytes: Uint8Array): void {
    if (this.#closing) throw closedError();
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#end + written);
    }
    this.#end += bytes.length;
  }
}
