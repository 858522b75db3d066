import { isUtf8 } from "node:buffer";
import type { ErrorCode } from "../../src/wire/error-code.js";
import { type Message, MessageDecoder } from "../../src/wire/message.js";
import { codeOf } from "../refused.js";

/** What came out of a stream: the messages as text that can be compared, and how the stream ended. */
export interface Outcome {
  readonly messages: string[];
  /** "boundary": the stream may end here; "inside": a message is unfinished; otherwise what was thrown. */
  readonly end: "boundary" | "inside" | ErrorCode;
}

function asText({ header, body }: Message): string {
  return `${JSON.stringify(header)} ${Buffer.from(body).toString("hex")}`;
}

/** Feeds the chunks to the incremental decoder, spoiling each one after the call, as a reused read buffer would. */
export function decode(chunks: readonly Uint8Array[]): Outcome {
  const decoder = new MessageDecoder();
  const messages: string[] = [];
  for (const chunk of chunks) {
    const lent = Uint8Array.from(chunk);
    const code = codeOf(() => decoder.push(lent, (message) => void messages.push(asText(message))));
    lent.fill(0xa5);
    if (code !== undefined) return { messages, end: code };
  }
  return { messages, end: decoder.atBoundary ? "boundary" : "inside" };
}

/** `bytes` cut at the given places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** The same decoder as anybody would write it who has all bytes at once and no fear: the oracle. */
export function decodeNaively(bytes: Uint8Array): Outcome {
  const messages: string[] = [];
  let rest = Buffer.from(bytes);
  for (;;) {
    if (rest.length === 0) return { messages, end: "boundary" };
    if (rest.length < 4) return { messages, end: "inside" };
    const length = rest.readUInt32BE(0);
    if (length === 0) return { messages, end: "E_PROTOCOL" };
    if (length > 65_536) return { messages, end: "E_TOO_LARGE" };
    if (rest.length < 4 + length) return { messages, end: "inside" };
    const header = readNaively(rest.subarray(4, 4 + length));
    if (typeof header === "string") return { messages, end: header };
    const end = 4 + length + (header.size ?? 0);
    if (rest.length < end) return { messages, end: "inside" };
    messages.push(asText({ header, body: rest.subarray(4 + length, end) }));
    rest = rest.subarray(end);
  }
}

function readNaively(bytes: Buffer): Message["header"] | ErrorCode {
  const bare = bytes.toString("latin1").replace(/"(?:\\[^]?|[^"\\])*(?:"|$)/g, "");
  let depth = 0;
  for (const character of bare) {
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (depth > 16) return "E_TOO_LARGE";
  }
  if (!isUtf8(bytes)) return "E_PROTOCOL";
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return "E_PROTOCOL";
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "E_PROTOCOL";
  const { kind, size } = value as { kind?: unknown; size?: unknown };
  if (typeof kind !== "string") return "E_PROTOCOL";
  if (!Object.hasOwn(value, "size")) return value as Message["header"];
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return "E_PROTOCOL";
  return size > 16_777_216 ? "E_TOO_LARGE" : (value as Message["header"]);
}

/** The bytes of a message whose header is this text, right or wrong. */
export function framed(header: string | Uint8Array, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(header as string);
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(json.length);
  return Buffer.concat([prefix, json, body]);
}
