/** Microseconds since 1970 as `2026-01-02T03:04:05.678901Z`. */
export function isoMicroseconds(microseconds: number): string {
  const ms = Math.floor(microseconds / 1000);
  const rest = String(microseconds - ms * 1000).padStart(3, "0");
  return new Date(ms).toISOString().replace("Z", `${rest}Z`);
}

/** Reads what `isoMicroseconds` writes, with any number of digits after the second; undefined for anything else. */
export function microsecondsOf(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  const ms = Date.parse(`${match?.[1]}Z`);
  if (match === null || Number.isNaN(ms)) return undefined;
  return ms * 1000 + Number((match[2] ?? "").slice(0, 6).padEnd(6, "0"));
}
