import { type Said, saidText } from "../../session/chat/said.js";

/*
 * A room's history is a file of JSON lines. The first names the room:
 *
 *     {"room":"builds","version":1}
 *     {"seq":1,"at":1767225600000,"from":"ann","text":"done","client":"…","id":1}
 *     {"seq":2,"at":1767225601000,"from":"bob","text":"","file":{"name":"log.txt","bytes":5}}
 *
 * A line that is cut or damaged is no message; the others are good whatever stands around them.
 */

export function headLine(room: string): Buffer {
  return Buffer.from(`${JSON.stringify({ room, version: 1 })}\n`);
}

/** The room's name in the first line of a file; undefined if it is not a history's. */
export function roomOfHead(line: string): string | undefined {
  const value = parsed(line);
  return value?.version === 1 && typeof value.room === "string" ? value.room : undefined;
}

export function historyLine({ seq, at, from, text, file, client, id }: Said): Buffer {
  return Buffer.from(`${JSON.stringify({ seq, at, from, text: saidText(text), file, client, id })}\n`);
}

/** The message in a line; undefined if it is none. */
export function saidOfLine(line: string): Said | undefined {
  const value = parsed(line);
  if (!value) return undefined;
  const { seq, at, from, text, file, client, id } = value;
  if (!isCount(seq) || !isCount(at) || typeof from !== "string" || typeof text !== "string") return undefined;
  return {
    seq,
    at,
    from,
    text: Buffer.from(text),
    ...(isFile(file) ? { file: { name: file.name, bytes: file.bytes } } : {}),
    ...(typeof client === "string" && isCount(id) ? { client, id } : {}),
    kept: true,
  };
}

function parsed(line: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as { [key: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isFile(value: unknown): value is { name: string; bytes: number } {
  if (typeof value !== "object" || value === null) return false;
  const { name, bytes } = value as { name?: unknown; bytes?: unknown };
  return typeof name === "string" && isCount(bytes);
}
