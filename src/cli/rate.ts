import { SampanError } from "../wire/sampan-error.js";
import { formatBytes } from "./byte-size.js";

const factors: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * A speed as `--bwlimit` takes it, in bytes a second: `800` is 800 bytes, `500k` 500 KiB, `1.5M` 1.5 MiB; `KiB`, `kB`
 * and `K` all count 1024, as with curl and rsync. 0 means no limit and gives undefined.
 */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?(?:\/s)?$/i.exec(text.trim());
  const factor = factors[match?.[2]?.toLowerCase() ?? ""];
  const bytes = Math.round(Number(match?.[1]) * (factor ?? 1));
  if (match === null || !Number.isSafeInteger(bytes)) {
    throw new SampanError("E_USAGE", `"${text}" is not a rate; write bytes a second as 800, 500k, 10M or 1.5G`);
  }
  if (bytes === 0 && Number(match[1]) > 0) throw new SampanError("E_USAGE", `"${text}" is less than a byte a second`);
  return bytes === 0 ? undefined : bytes;
}

/** A speed for people: `661 MiB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}
