import { microsecondsOf } from "../wire/iso-time.js";
import type { Direction } from "./side.js";
import type { LogRole } from "./traffic-log.js";

/** What a line of a log says, as far as a replay wants to know it. */
export type LogLine =
  | { readonly event: "log"; readonly role: LogRole }
  | {
      readonly event: "chunk";
      readonly time: number;
      readonly id: number;
      readonly dir: Direction;
      readonly bytes: Uint8Array;
    }
  | { readonly event: "other" };

/**
 * Reads a line of a log, or of what `--json` writes, where `sent` is what a log calls a chunk that goes out. Throws an
 * Error that says what is wrong with it; events of kinds that are not known are `other`.
 */
export function parseLogLine(line: string): LogLine {
  const fields = parseObject(line);
  if (typeof fields.event !== "string") throw new Error('it has no "event"');
  if (fields.event === "log") return logHead(fields);
  if (fields.event !== "chunk" && fields.event !== "sent") return { event: "other" };
  const time = typeof fields.time === "string" ? microsecondsOf(fields.time) : undefined;
  if (time === undefined) throw new Error('"time" is no time');
  const { id, hex } = fields;
  if (!Number.isSafeInteger(id)) throw new Error('"id" is no number');
  const dir = fields.event === "sent" ? "out" : fields.dir;
  if (dir !== "in" && dir !== "out") throw new Error('"dir" is neither "in" nor "out"');
  if (typeof hex !== "string" || !/^(?:[0-9a-f]{2})*$/i.test(hex)) throw new Error('"hex" is no hex');
  if (fields.bytes !== hex.length / 2) throw new Error('"bytes" is not how many the hex stands for');
  return { event: "chunk", time, id: id as number, dir, bytes: Buffer.from(hex, "hex") };
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("it is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no object");
  return value as Record<string, unknown>;
}

function logHead({ version, role }: Record<string, unknown>): LogLine {
  if (version !== 1) throw new Error("it is a log of a later version of sampan");
  if (role !== "listen" && role !== "connect" && role !== "tap") throw new Error('"role" is none that is known');
  return { event: "log", role };
}
