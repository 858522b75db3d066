import { maxMemberNameLength, maxRoomNameLength } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";

/** The room for whoever names none. */
export const defaultRoomName = "lobby";

const roomForm = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._-]*[\p{L}\p{N}\p{M}_-])?$/u;

/**
 * A room's name as it is kept: letters and digits of any script, dots, dashes and underscores, composed (NFC) and in
 * lower case, so that one room is not two. It is fit to be the name of a folder on any system. E_USAGE.
 */
export function roomName(text: string): string {
  const name = text.normalize("NFC").toLowerCase();
  if (name.length <= maxRoomNameLength && roomForm.test(name)) return name;
  const shown = printable(text, 100);
  throw new SampanError(
    "E_USAGE",
    `"${shown}" cannot be the name of a room: take 1 to ${maxRoomNameLength} letters, digits, dots, dashes and underscores, a letter or digit first`,
  );
}

/** A member's name: one line of printable text, without blanks at its ends. E_USAGE. */
export function memberName(text: string): string {
  const name = text.normalize("NFC").trim();
  if (name !== "" && name.length <= maxMemberNameLength && printable(name) === name) return name;
  throw new SampanError(
    "E_USAGE",
    `"${printable(text, 100)}" cannot be a name: take 1 to ${maxMemberNameLength} printable characters`,
  );
}

/** `wanted`, or `wanted-2`, `wanted-3` … : the first that nobody has. Names that differ in case alone count as one. */
export function freeMemberName(wanted: string, isTaken: (key: string) => boolean): string {
  for (let number = 1; ; number++) {
    const tail = number === 1 ? "" : `-${number}`;
    const name = cut(wanted, maxMemberNameLength - tail.length) + tail;
    if (!isTaken(memberKey(name))) return name;
  }
}

/** By what members are told apart. */
export function memberKey(name: string): string {
  return name.toLowerCase();
}

/** The first units of `text`, without half a character at the end. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
