import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { DigestAlgorithm, SourceTree, TargetOptions, WholeFile } from "../../src/session/ports.js";
import { microseconds } from "../../src/store/file-time.js";
import type { Found } from "../../src/store/tree-walk.js";
import type { FileEntry, FolderEntry, LinkEntry } from "../../src/wire/entry.js";
import type { ErrorCode } from "../../src/wire/error-code.js";
import type { FilterRule } from "../../src/wire/filter.js";
import { SampanError } from "../../src/wire/sampan-error.js";

/** A folder that is gone after the test; `before` is called right before it goes. */
export function scratch(t: TestContext, before: () => void = () => undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-store-"));
  t.after(() => {
    before();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export const sha256: DigestAlgorithm = {
  name: "sha256",
  hash: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
};

export const targetOptions: TargetOptions = {
  transfer: "test",
  make: true,
  anyLinks: false,
  sync: true,
  digest: sha256,
};

export const never = new AbortController().signal;

export function fileEntry(path: string, bytes: number | undefined, more: Partial<FileEntry> = {}): FileEntry {
  return { type: "file", path, bytes, mode: 0o644, mtime: 1_700_000_000_123_456, version: "v1", ...more };
}

export function folderEntry(path: string, more: Partial<FolderEntry> = {}): FolderEntry {
  return { type: "folder", path, mode: 0o755, mtime: 1_600_000_000_000_001, ...more };
}

export function linkEntry(path: string, target: string): LinkEntry {
  return { type: "link", path, target, mode: 0o777, mtime: 1_500_000_000_000_001 };
}

export function whole(path: string, text: string | Uint8Array, more: Partial<FileEntry> = {}): WholeFile {
  const content = Buffer.from(text);
  return {
    path,
    content,
    entry: fileEntry(path, content.length, more),
    rootDigest: sha256.hash(content.length === 0 ? content : sha256.hash(content)),
  };
}

export async function collect(batches: AsyncIterable<readonly Found[]>): Promise<Found[]> {
  const all: Found[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

export async function walked(source: SourceTree, filter: FilterRule[] = []): Promise<Found[]> {
  return collect(source.walk(filter, never));
}

export async function paths(source: SourceTree, filter: FilterRule[] = []): Promise<string[]> {
  return (await walked(source, filter)).map(({ path }) => path);
}

export async function fileOf(source: SourceTree, path: string): Promise<FileEntry> {
  const found = (await walked(source)).find((one) => one.path === path);
  assert.ok(found !== undefined && "type" in found && found.type === "file", `no file at ${path}`);
  return found;
}

export async function rejected(code: ErrorCode, promise: Promise<unknown>, message = /./): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof SampanError, `not a SampanError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\/proc\/self/);
    return true;
  });
}

/** The time of last change of `path` in whole microseconds. */
export function mtimeOf(path: string): number {
  return microseconds(lstatSync(path, { bigint: true }).mtimeNs);
}

export function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777;
}

/** Names in `folder`, sorted; [] if it is not there. */
export function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
