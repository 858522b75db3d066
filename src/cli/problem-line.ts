import type { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import { errorText } from "./exit.js";

/** A problem with its path in front, unless the message names it already. */
export function problemLine(path: string, error: SampanError): string {
  const name = printable(path);
  if (name === "" || namesIt(error, path)) return errorText(error);
  return errorText(error).replace("sampan: ", () => `sampan: ${name}: `);
}

/** What an error is about may be a folder on the way, and a short name may stand in any word. */
function namesIt({ path, message }: SampanError, about: string): boolean {
  if (path === undefined || path === "" || !(holds(message, path) || holds(message, printable(path)))) return false;
  return endsWithPath(path, about) || endsWithPath(about, path);
}

function holds(message: string, name: string): boolean {
  for (let at = message.indexOf(name); at >= 0; at = message.indexOf(name, at + 1)) {
    const [before = " ", after = " "] = [message[at - 1], message[at + name.length]];
    if (/[\s"'(]/.test(before) && /[\s"'),;:]/.test(after)) return true;
  }
  return false;
}

/** An error names a path as the user typed it, or from another root than the problem. */
function endsWithPath(long: string, short: string): boolean {
  const [whole, end] = [long, short].map((path) => `/${path}`.replaceAll("\\", "/")) as [string, string];
  return whole.endsWith(end);
}
