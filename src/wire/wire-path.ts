import { maxPathDepth, maxPathLength } from "./limits.js";
import { SampanError } from "./sampan-error.js";

/*
 * A path on the wire: parts joined by "/", relative to a root, "" being the root itself. A part is any run of
 * Unicode characters but "/" and NUL, not empty, not "." and not "..". What a system cannot hold beyond that
 * (a backslash on Windows) is the receiving store's to refuse, for that entry alone.
 */

/** The folder at a receiving root in which unfinished files lie; no peer may name it. */
export const stagingName = ".sampan";

/** Returns `path` if it is a well-formed wire path; E_UNSAFE_NAME otherwise. */
export function checkWirePath(path: string): string {
  if (path === "" || isPlain(path)) return path;
  if (path.length > maxPathLength) throw unsafe(path, "it is too long");
  if (path.includes("\0")) throw unsafe(path, "it holds a NUL character");
  if (/\p{Surrogate}/u.test(path)) throw unsafe(path, "it is not well-formed Unicode");
  const parts = path.split("/");
  if (parts.length > maxPathDepth) throw unsafe(path, "it is nested too deep");
  for (const part of parts) {
    if (part === "") throw unsafe(path, "it is absolute or has an empty part");
    if (part === "." || part === "..") throw unsafe(path, `it has a part "${part}"`);
  }
  if (parts[0] === stagingName) throw unsafe(path, `"${stagingName}" is kept for unfinished files`);
  return path;
}

const slash = 0x2f;
const dot = 0x2e;

/**
 * Whether `path` is one of the many that are safe at first sight: short, ASCII, no part empty or beginning with a dot.
 * Tens of thousands are read in a row.
 */
function isPlain(path: string): boolean {
  if (path.length > maxPathDepth) return false;
  let before = slash;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (code === 0 || code > 0x7f) return false;
    if (before === slash && (code === slash || code === dot)) return false;
    before = code;
  }
  return before !== slash;
}

/** A path that a user typed or a request carries, as a wire path: leading, trailing and double slashes fall away. */
export function normalizeWirePath(path: string): string {
  return checkWirePath(
    path
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/"),
  );
}

/** Joins two wire paths, either of which may be "". */
export function joinWirePath(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/** The path of the folder that holds `path`; "" for what lies at the root. */
export function parentWirePath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last part of `path`. */
export function baseWireName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Whether a link at `path` with `target` may lead out of the root that `path` is relative to, read as text alone. The
 * folders above a link are none, so that `..` in front counts them; behind a name it would go up from wherever that name,
 * which may be a link itself, leads.
 */
export function linkLeavesRoot(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  let depth = path.split("/").length - 1;
  let isInFront = true;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") isInFront = false;
    else if (!isInFront || --depth < 0) return true;
  }
  return false;
}

function unsafe(path: string, why: string): SampanError {
  return new SampanError("E_UNSAFE_NAME", `the name ${printable(path)} is refused: ${why}`, { path });
}

/**
 * Text from a peer made fit to print: control characters, terminal escapes and the invisible characters that turn
 * text around are shown as escapes, and a very long text is cut in the middle.
 */
export function printable(text: string, maxLength = 300): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength / 2)}…${text.slice(-maxLength / 2)}` : text;
  return cut.replace(unprintable, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    if (code.length > 4) return `\\u{${code}}`;
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

/** Controls, line separators, marks that turn text around or are invisible, tags, and halves of surrogate pairs. */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u180e\u200b-\u200f\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
