import { DigestList } from "../../session/files/digest-list.js";
import { fileDigest, TreeDigest } from "../../session/files/tree-digest.js";
import type { DigestAlgorithm, SourceTree } from "../../session/ports.js";
import { loadDigest } from "../../store/digest.js";
import { openLocalSource } from "../../store/local-tree.js";
import { blockLength, blockOffset } from "../../wire/blocks.js";
import type { FileEntry } from "../../wire/entry.js";
import type { FilterRule } from "../../wire/filter.js";
import { smallFileBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";

export interface LocalHashOptions {
  readonly filter?: readonly FilterRule[];
  readonly signal?: AbortSignal;
  /** Content bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface LocalHash {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
}

/** The digest of a local file or tree: the one that a transfer of it prints. */
export async function hashLocal(path: string, options: LocalHashOptions = {}): Promise<LocalHash> {
  const digest = await loadDigest("blake3");
  const source = openLocalSource(path);
  const tree = new TreeDigest(digest);
  const signal = options.signal ?? new AbortController().signal;
  let id = 0;
  let files = 0;
  let bytes = 0;
  try {
    for await (const batch of source.walk(options.filter ?? [], signal)) {
      for (const item of batch) {
        if (signal.aborted) throw new SampanError("E_INTERRUPTED", "interrupted");
        if ("error" in item) throw item.error;
        tree.offer(id, item);
        if (item.type === "file") {
          tree.file(
            id,
            item.path,
            await hashFile(source, item, digest, (more) => options.onProgress?.((bytes += more))),
          );
          files++;
        }
        id++;
      }
    }
  } finally {
    source.close();
  }
  return { digest: `${digest.name}:${tree.result()}`, files, bytes };
}

async function hashFile(
  source: SourceTree,
  entry: FileEntry,
  algorithm: DigestAlgorithm,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const size = entry.bytes as number;
  const digests = new DigestList(1);
  if (size > 0 && size <= smallFileBytes) {
    const content = new Uint8Array(size);
    source.readSmall(entry, content, 0);
    digests.set(0, algorithm.hash(content));
    onBytes(size);
  } else if (size > 0) {
    const file = await source.open(entry);
    try {
      let buffer = new Uint8Array(0);
      for (let index = 0; blockLength(index, size) > 0; index++) {
        const length = blockLength(index, size);
        if (buffer.length < length) buffer = new Uint8Array(length);
        const block = buffer.subarray(0, length);
        const count = await file.read(block, blockOffset(index));
        digests.set(index, algorithm.hash(block.subarray(0, count)));
        onBytes(count);
      }
      await file.check();
    } finally {
      file.close();
    }
  }
  return fileDigest(algorithm, digests.run(digests.count) as Uint8Array);
}
