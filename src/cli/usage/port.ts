import { SampanError } from "../../wire/sampan-error.js";

/** Reads a port from the command line; E_USAGE unless it is a number from 0 to 65535. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is not a port; use a number from 0 to 65535`);
}
