import { SampanError } from "../wire/sampan-error.js";

const unitMs: Readonly<Record<string, number>> = { ms: 1, "": 1000, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** The most that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** A time as `--timeout` takes it, in milliseconds: `30` and `30s` are seconds, `2m` minutes, `1h` hours, `500ms`. */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|)$/i.exec(text.trim());
  const ms = Math.round(Number(match?.[1]) * (unitMs[match?.[2]?.toLowerCase() ?? ""] ?? 1));
  if (match === null || !(ms >= 1)) {
    throw new SampanError("E_USAGE", `"${text}" is not a time; write seconds as 30, or 30s, 2m, 1h, 500ms`);
  }
  if (ms > maxTimerMs) throw new SampanError("E_USAGE", `"${text}" is too long; the most is 24 days`);
  return ms;
}

/** A time for people: `0.4 s`, `42 s`, `2 min 05 s`, `1 h 02 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** Time left, as a clock: `0:12`, `4:05`, `1:02:03`; beyond four days nobody believes it. */
export function formatTimeLeft(seconds: number): string {
  if (!(seconds < 345_600)) return "--:--";
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
