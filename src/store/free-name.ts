import { baseWireName, joinWirePath, parentWirePath } from "../wire/wire-path.js";

/** Linux, macOS and Windows alike stop near here (the latter two count characters, which are never more than bytes). */
const maxNameBytes = 255;

/** The first of `name (1).ext`, `name (2).ext` … that is not taken, its stem cut where the name would be too long. */
export function firstFreeName(path: string, isTaken: (path: string) => boolean): string {
  const folder = parentWirePath(path);
  const name = baseWireName(path);
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > 0 && name.length - dot <= 17;
  const stem = hasEnding ? name.slice(0, dot) : name;
  const ending = hasEnding ? name.slice(dot) : "";
  for (let number = 1; ; number++) {
    const tail = ` (${number})${ending}`;
    const candidate = joinWirePath(folder, cutToBytes(stem, maxNameBytes - Buffer.byteLength(tail)) + tail);
    if (!isTaken(candidate)) return candidate;
  }
}

function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join("")) > maxBytes) characters.pop();
  return characters.join("");
}
