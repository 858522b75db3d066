import type { Entry } from "../wire/entry.js";
import { printable } from "../wire/wire-path.js";
import { formatBytes } from "./byte-size.js";

/** Names are shown whole: a listing is there to copy them from. */
const wholeName = 64 * 1024;

const kinds = { file: "-", folder: "d", link: "l" } as const;

/** A line of `ls`: the name, a folder's with a slash; in the long form kind, mode, size and time before it. */
export function listLine(entry: Entry, name: string, long: boolean): string {
  const shown = `${printable(name, wholeName)}${entry.type === "folder" ? "/" : ""}`;
  if (!long) return shown;
  const size = entry.type === "file" ? formatBytes(entry.bytes ?? 0) : "";
  const target = entry.type === "link" ? ` -> ${printable(entry.target, wholeName)}` : "";
  return `${kinds[entry.type]}${modeText(entry.mode)}  ${size.padStart(9)}  ${localTime(entry.mtime)}  ${shown}${target}`;
}

/** Permission bits as `rwxr-xr-x`. */
export function modeText(mode: number): string {
  return [6, 3, 0]
    .map((shift) => {
      const bits = mode >> shift;
      return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${bits & 1 ? "x" : "-"}`;
    })
    .join("");
}

/** `2026-01-02 03:04` in this machine's time zone. */
export function localTime(microseconds: number): string {
  const date = new Date(Math.floor(microseconds / 1000));
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
