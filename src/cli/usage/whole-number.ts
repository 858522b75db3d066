import { SampanError } from "../../wire/sampan-error.js";

/** Reads a whole number from 1 from the command line. E_USAGE. */
export function parseWholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is not a whole number from 1 on`);
}
