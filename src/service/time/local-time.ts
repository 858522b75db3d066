import { zoneName } from "./zone-name.js";

/** A moment as a clock on the wall and a calendar show it in some time zone. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
  /** The short name of the zone: "CST", "CEST", "+0530". */
  readonly zone: string;
  readonly epochSeconds: number;
}

/** `date` in this machine's time zone (that of `TZ`, if set). */
export function localTime(date: Date): LocalTime {
  const epochSeconds = Math.floor(date.getTime() / 1000);
  const offsetMinutes = -date.getTimezoneOffset();
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    offsetMinutes,
    zone: zoneName(epochSeconds, offsetMinutes),
    epochSeconds,
  };
}

/** `date` in UTC. */
export function utcTime(date: Date): LocalTime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    offsetMinutes: 0,
    zone: "UTC",
    epochSeconds: Math.floor(date.getTime() / 1000),
  };
}

/** 0 is Sunday. */
export function weekdayOf({ year, month, day }: LocalTime): number {
  return new Date(midnightMs(year, month, day)).getUTCDay();
}

/** 0 is the first of January. */
export function yearDayOf({ year, month, day }: LocalTime): number {
  return Math.round((midnightMs(year, month, day) - midnightMs(year, 1, 1)) / 86_400_000);
}

/** The year and week of ISO 8601: weeks begin on Monday, and the first one has the first Thursday. */
export function isoWeekOf(time: LocalTime): { readonly year: number; readonly week: number } {
  const weekday = (weekdayOf(time) + 6) % 7;
  const thursday = new Date(midnightMs(time.year, time.month, time.day + 3 - weekday));
  const year = thursday.getUTCFullYear();
  const days = Math.round((thursday.getTime() - midnightMs(year, 1, 1)) / 86_400_000);
  return { year, week: Math.floor(days / 7) + 1 };
}

/** Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999. */
function midnightMs(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}
