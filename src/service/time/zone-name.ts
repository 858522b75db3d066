import { readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * JavaScript knows no short names of time zones ("CST", "CEST") but those of its own locale, so they are read where the
 * C library reads them: from the zone's file (TZif, RFC 9636).
 *
 *   header: "TZif" | version (1) | 15 unused | six u32 big-endian counts:
 *           UT marks, standard marks, leap seconds, transitions, types, bytes of names
 *   block:  transition times (4 bytes each in the first block, 8 in the second) | a type for each (1)
 *           | types: i32 offset in seconds, u8 daylight saving, u8 where its name begins | names, each ended by NUL
 *           | leap seconds | standard marks | UT marks
 *   Version 1 ends here; later ones repeat header and block with 8 bytes a time, then "\n" rule "\n", the rule being
 *   for all times after the last transition, such as "CET-1CEST,M3.5.0,M10.5.0/3".
 */

interface ZoneNames {
  /** Seconds since 1970 from which on the name holds, ascending. */
  readonly from: readonly number[];
  readonly names: readonly string[];
  readonly first: string;
  /** The names of the rule at the end, that for standard time first. */
  readonly later: readonly string[];
}

const headerBytes = 44;
const known = new Map<string, ZoneNames | undefined>();

/**
 * The short name of this machine's time zone (that of `TZ`, or else of the system) at a time, as the C library gives
 * it. Where there is no file of the zone: `UTC` at offset 0, else the offset as `+08` or `+0530`.
 */
export function zoneName(epochSeconds: number, offsetMinutes: number): string {
  const zone = process.env.TZ ?? "";
  if (!known.has(zone)) known.set(zone, readZone(zone));
  const names = known.get(zone);
  return (names && nameAt(names, epochSeconds, offsetMinutes)) ?? numericName(offsetMinutes);
}

function nameAt({ from, names, first, later }: ZoneNames, epochSeconds: number, offsetMinutes: number): string {
  let index = from.findLastIndex((start) => start <= epochSeconds);
  if (index < 0) return first;
  if (index < from.length - 1 || later.length === 0) return names[index] as string;
  const [standard = "", daylight] = later;
  if (daylight === undefined) return standard;
  // After the last transition the rule goes on. Which of its two names holds, the offset tells: that of an earlier time.
  const recent = names.slice(-4);
  for (index = recent.length - 1; index >= 0; index--) {
    const name = recent[index] as string;
    if (later.includes(name) && offsetAt(from[from.length - recent.length + index] as number) === offsetMinutes)
      return name;
  }
  return names.at(-1) as string;
}

function offsetAt(epochSeconds: number): number {
  return -new Date(epochSeconds * 1000).getTimezoneOffset();
}

function numericName(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "UTC";
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : two(minutes % 60);
  return `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${rest}`;
}

function readZone(zone: string): ZoneNames | undefined {
  const name = zone.replace(/^:/, "");
  const file = name === "" ? "/etc/localtime" : join(process.env.TZDIR ?? "/usr/share/zoneinfo", name);
  try {
    return parseZone(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** The names in a TZif file; throws whatever a damaged one leads to. */
export function parseZone(file: Buffer): ZoneNames {
  if (file.toString("latin1", 0, 4) !== "TZif") throw new RangeError("not a TZif file");
  const version = file[4] as number;
  if (version === 0) return parseBlock(file, 0, 4).names;
  const second = parseBlock(file, 0, 4).end;
  const { names, end } = parseBlock(file, second, 8);
  const rule = file.toString("latin1", end).trim();
  const later = [...(rule.split(",")[0] ?? "").matchAll(/<([^>]+)>|([A-Za-z]{3,})/g)];
  return { ...names, later: later.map(([, quoted, plain]) => quoted ?? plain ?? "") };
}

function parseBlock(file: Buffer, at: number, timeBytes: 4 | 8): { names: ZoneNames; end: number } {
  const count = (index: number): number => file.readUInt32BE(at + 20 + 4 * index);
  const [utMarks, standardMarks, leaps, times, types, nameBytes] = [0, 1, 2, 3, 4, 5].map(count) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const timesAt = at + headerBytes;
  const indexesAt = timesAt + times * timeBytes;
  const typesAt = indexesAt + times;
  const namesAt = typesAt + types * 6;
  const end = namesAt + nameBytes + leaps * (timeBytes + 4) + standardMarks + utMarks;
  const nameOf = (type: number): string => {
    const start = namesAt + file.readUInt8(typesAt + type * 6 + 5);
    return file.toString("latin1", start, file.indexOf(0, start));
  };
  const from: number[] = [];
  const names: string[] = [];
  for (let index = 0; index < times; index++) {
    const place = timesAt + index * timeBytes;
    from.push(timeBytes === 4 ? file.readInt32BE(place) : Number(file.readBigInt64BE(place)));
    names.push(nameOf(file.readUInt8(indexesAt + index)));
  }
  return { names: { from, names, first: nameOf(0), later: [] }, end };
}
