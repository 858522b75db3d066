import { SampanError } from "../wire/sampan-error.js";
import { printable, stagingName } from "../wire/wire-path.js";

const isWindows = process.platform === "win32";
const foldsCase = isWindows || process.platform === "darwin";

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/** Refuses a part of a path that would lead elsewhere, or that this system cannot hold; `path` is named in the error. */
export function checkName(name: string, path: string, onWindows = isWindows): void {
  if (name === "" || name === "." || name === "..") throw unsafe(path, "it is no name of a file");
  if (!onWindows) return;
  if (/[\\:*?"<>|\u0000-\u001f]/.test(name)) throw unsafe(path, "Windows does not allow one of its characters");
  if (/[. ]$/.test(name)) throw unsafe(path, "Windows drops the dot or space at its end");
  if (reservedOnWindows.test(name)) throw unsafe(path, "Windows keeps this name for a device");
}

function unsafe(path: string, why: string): SampanError {
  return new SampanError("E_UNSAFE_NAME", `the name ${printable(path)} is refused: ${why}`, { path });
}

/*
 * Unfinished files lie in the folder `.sampan` at the receiving root, or, where a file could not be renamed from
 * there to its place (another file system), beside that place as `.sampan-….part`. Neither is ever offered or listed.
 */
const besidePattern = /^\.sampan-[0-9a-z-]+\.(part|journal|lock|tmp)$/;

/** Whether `name`, at any depth, belongs to the unfinished files. */
export function isStagingName(name: string): boolean {
  if (name.charCodeAt(0) !== 0x2e) return false;
  const folded = foldsCase ? name.toLowerCase() : name;
  return folded === stagingName || besidePattern.test(folded);
}

/** Refuses a path of which a part is kept for unfinished files. */
export function checkNotStaging(path: string): void {
  if (!path.includes(".") || !path.split("/").some(isStagingName)) return;
  throw unsafe(path, "it is kept for unfinished files");
}

/** Sorts names by their UTF-8 bytes, in place. UTF-16 order differs only where surrogates meet U+E000 and above. */
export function sortNames(names: string[]): string[] {
  return names.some((name) => /[\ud800-\udfff]/.test(name)) ? names.sort(compareUtf8) : names.sort();
}

export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
