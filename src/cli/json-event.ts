import type { TransferEvent, TransferResult } from "../service/files/transfer-event.js";
import type { Entry } from "../wire/entry.js";
import { isoMicroseconds } from "../wire/iso-time.js";
import type { SampanError } from "../wire/sampan-error.js";

export { isoMicroseconds };

/*
 * What --json writes: one object a line, as docs/cli.md has it. Fields are only ever added. Text from a peer stands in
 * it unescaped but for what JSON escapes, and for what a terminal would take as a command.
 */

export type JsonEvent = { readonly event: string } & { readonly [key: string]: unknown };

/** One line. Control characters and those that turn text around are \u escapes: the same JSON, harmless on a terminal. */
export function jsonLine(event: JsonEvent): string {
  const text = JSON.stringify(event).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${text}\n`;
}

export function errorEvent(error: SampanError): JsonEvent {
  return { event: "error", code: error.code, message: error.message };
}

export function problemEvent(path: string, error: SampanError): JsonEvent {
  return { event: "problem", path, code: error.code, message: error.message };
}

export function transferEvent(event: TransferEvent): JsonEvent {
  switch (event.event) {
    case "connected":
      return { event: "connected", attempt: event.attempt };
    case "lanes":
      return { event: "lanes", count: event.count };
    case "file-begin":
      return { event: "file-begin", path: event.path, bytes: event.bytes ?? null, haveBytes: event.haveBytes };
    case "file-end": {
      const { path, bytes, outcome, error } = event;
      const why = error === undefined ? {} : { code: error.code, message: error.message };
      return { event: "file-end", path, bytes, outcome, ...why };
    }
    case "progress": {
      const { files, bytes, sentBytes, totalFiles, totalBytes, walked } = event;
      const active = event.active.map((file) => ({
        path: file.path,
        bytes: file.bytes ?? null,
        downBytes: file.downBytes,
      }));
      return { event: "progress", files, bytes, sentBytes, totalFiles, totalBytes, walked, active };
    }
    case "stalled":
      return { event: "stalled", silentMs: event.silentMs };
    case "retry":
      return {
        event: "retry",
        attempt: event.attempt,
        delayMs: event.delayMs,
        code: event.error.code,
        message: event.error.message,
      };
  }
}

export function doneEvent(result: TransferResult): JsonEvent {
  const { files, bytes, sentBytes, resumedBytes, skippedFiles, removedFiles, digest, seconds } = result;
  return {
    event: "done",
    files,
    bytes,
    sentBytes,
    resumedBytes,
    skippedFiles,
    removedFiles,
    digest: digest ?? null,
    seconds,
  };
}

export function entryEvent(entry: Entry): JsonEvent {
  return {
    event: "entry",
    path: entry.path,
    type: entry.type,
    ...(entry.type === "file" ? { bytes: entry.bytes ?? null } : {}),
    ...(entry.type === "link" ? { target: entry.target } : {}),
    mode: entry.mode.toString(8).padStart(4, "0"),
    mtime: isoMicroseconds(entry.mtime),
  };
}
