const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A size for people, in IEC units: `0 B`, `1.5 KiB`, `690 MiB`, `2.0 GiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (unit < units.length - 1 && Number(rounded(value, unit)) >= 1024) {
    value /= 1024;
    unit++;
  }
  return `${rounded(value, unit)} ${units[unit]}`;
}

/** One decimal below 100, none above, none for single bytes: three or four characters whatever the size. */
function rounded(value: number, unit: number): string {
  return value.toFixed(unit === 0 || value >= 99.95 ? 0 : 1);
}

/** `1,204`. Not by the locale's formatter, which takes longer to load than most commands take to run. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: `1 file`, `12 files`, `1,204 files`. */
export function countOf(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
