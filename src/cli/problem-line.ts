import type { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import { errorText } from "./exit.js";

/** A problem with its path in front, unless the message names it already. */
export function problemLine(path: string, error: SampanError): string {
  const name = printable(path);
  const named =
    name === "" || error.message.includes(name) || (error.path !== undefined && error.message.includes(error.path));
  return named ? errorText(error) : errorText(error).replace("sampan: ", () => `sampan: ${name}: `);
}
