import { SampanError } from "../../wire/sampan-error.js";
import { isoWeekOf, type LocalTime, weekdayOf, yearDayOf } from "./local-time.js";

/*
 * A directive of glibc's strftime in the C locale, which is what Python's time.strftime gives on Linux:
 *
 *   "%" | flags, any of _ - 0 ^ #, the last of the first three counts | width, decimal | E or O | a letter
 *
 *   _  pad numbers with spaces      -  do not pad them      0  pad with zeros
 *   ^  upper case                   #  the other case: upper for names, lower for AM, PM and zones
 *
 * What is no directive stands in the result as it was written.
 */

/** The longest result in characters: far more than a datagram of 1,024 bytes asks for, unless by a width. */
export const maxTimeText = 16_384;

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

interface Directive {
  /** As written, from the percent sign on. */
  readonly text: string;
  readonly pad: string;
  readonly upper: boolean;
  readonly changeCase: boolean;
  readonly width: number;
  readonly modifier: string;
}

/** Writes a time in the form that `format` gives; E_TOO_LARGE if that is longer than `maxTimeText`. */
export function strftime(time: LocalTime, format: string): string {
  const parts: string[] = [];
  let length = 0;
  let end = 0;
  const add = (part: string): void => {
    length += part.length;
    if (length > maxTimeText) throw tooLong();
    parts.push(part);
  };
  for (const match of format.matchAll(/%([_\-0^#]*)(\d*)([EO]?)([\s\S]?)/gu)) {
    const [text, flags = "", width = "", modifier = "", letter = ""] = match;
    add(format.slice(end, match.index));
    end = match.index + text.length;
    if (Number(width) > maxTimeText) throw tooLong();
    const pad = /[_\-0](?=[^_\-0]*$)/.exec(flags)?.[0] ?? "";
    const [upper, changeCase] = [flags.includes("^"), flags.includes("#")];
    add(expand(time, letter, { text, pad, upper, changeCase, width: Number(width), modifier }));
  }
  add(format.slice(end));
  return parts.join("");
}

function tooLong(): SampanError {
  return new SampanError("E_TOO_LARGE", `the time in that format is longer than ${maxTimeText} characters`);
}

function expand(time: LocalTime, letter: string, asked: Directive): string {
  if (!allowed(letter, asked.modifier))
    return "bBh".includes(letter) ? name(asked.text, asked) : fill(asked.text, asked);
  const composed = compositions[letter];
  if (composed !== undefined) {
    return fill(strftime(time, composed), asked);
  }
  const count = numbers[letter];
  if (count !== undefined) return numberText(count(time), asked);
  switch (letter) {
    case "a":
      return name((days[weekdayOf(time)] as string).slice(0, 3), asked);
    case "A":
      return name(days[weekdayOf(time)] as string, asked);
    case "b":
    case "h":
      return name((months[time.month - 1] as string).slice(0, 3), asked);
    case "B":
      return name(months[time.month - 1] as string, asked);
    case "p":
      return marker(time.hour < 12 ? "AM" : "PM", asked);
    case "P":
      return fill(time.hour < 12 ? "am" : "pm", { ...asked, upper: false });
    case "Z":
      return marker(time.zone, asked);
    case "z":
      return offsetText(time.offsetMinutes, asked);
    case "s":
      return fill(String(time.epochSeconds), asked);
    case "n":
      return fill("\n", asked);
    case "t":
      return fill("\t", asked);
    case "%":
      return fill("%", asked);
    default:
      return fill(asked.text, asked);
  }
}

const compositions: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  r: "%I:%M:%S %p",
  R: "%H:%M",
  T: "%H:%M:%S",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

/** A number, its least digits, and whether it is padded with spaces unless told otherwise. */
type Count = readonly [value: number, digits: number, spaces?: true];

const numbers: Readonly<Record<string, (time: LocalTime) => Count>> = {
  C: ({ year }) => [Math.floor(year / 100), 1],
  d: ({ day }) => [day, 2],
  e: ({ day }) => [day, 2, true],
  g: (time) => [isoWeekOf(time).year % 100, 2],
  G: (time) => [isoWeekOf(time).year, 1],
  H: ({ hour }) => [hour, 2],
  I: (time) => [hour12(time), 2],
  j: (time) => [yearDayOf(time) + 1, 3],
  k: ({ hour }) => [hour, 2, true],
  l: (time) => [hour12(time), 2, true],
  m: ({ month }) => [month, 2],
  M: ({ minute }) => [minute, 2],
  S: ({ second }) => [second, 2],
  u: (time) => [((weekdayOf(time) + 6) % 7) + 1, 1],
  U: (time) => [Math.floor((yearDayOf(time) - weekdayOf(time) + 7) / 7), 2],
  V: (time) => [isoWeekOf(time).week, 2],
  w: (time) => [weekdayOf(time), 1],
  W: (time) => [Math.floor((yearDayOf(time) - ((weekdayOf(time) + 6) % 7) + 7) / 7), 2],
  y: ({ year }) => [year % 100, 2],
  Y: ({ year }) => [year, 1],
};

function hour12({ hour }: LocalTime): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

/** Which letters take E or O; with the other they are no directive. The C locale has no other years or digits. */
const refuses: Readonly<Record<string, string>> = {
  "": "",
  E: "ABDFGHIMSUVWabdeghjklmw",
  O: "ADFXYacx",
};

function allowed(letter: string, modifier: string): boolean {
  return !(refuses[modifier] ?? "").includes(letter) || modifier === "";
}

function numberText([value, digits, spaces]: Count, asked: Directive): string {
  const pad = spaces && asked.pad === "" ? "_" : asked.pad;
  return padded(value, digits, { ...asked, pad });
}

function padded(value: number, digits: number, asked: Directive): string {
  const text = String(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  const missing = Math.max(digits, asked.width) - text.length - sign.length;
  if (asked.pad === "-" || missing <= 0) return fill(sign + text, asked);
  return asked.pad === "_" ? " ".repeat(missing) + sign + text : sign + "0".repeat(missing) + text;
}

function name(text: string, asked: Directive): string {
  return fill(text, { ...asked, upper: asked.upper || asked.changeCase });
}

/** AM, PM and zones are in capitals already, so the other case is the lower one. */
function marker(text: string, asked: Directive): string {
  return asked.changeCase ? fill(text.toLowerCase(), { ...asked, upper: false }) : fill(text, asked);
}

/** `+0800`. As in glibc a width counts for the sign, and again for the digits. */
function offsetText(offsetMinutes: number, asked: Directive): string {
  const minutes = Math.abs(offsetMinutes);
  const digits = Math.floor(minutes / 60) * 100 + (minutes % 60);
  return fill(offsetMinutes < 0 ? "-" : "+", asked) + padded(digits, 4, asked);
}

/** Text in the case and at the width that were asked for; only ASCII has cases here. */
function fill(text: string, { pad, upper, width }: Directive): string {
  const cased = upper ? text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : text;
  const missing = width === 0 ? 0 : width - Array.from(text).length;
  return missing > 0 ? (pad === "0" ? "0" : " ").repeat(missing) + cased : cased;
}
