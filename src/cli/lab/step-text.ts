import type { Language } from "../../lab/language.js";
import { grouped } from "../../lab/number-text.js";
import { shownBytes } from "../../lab/shown-bytes.js";
import type { Piece, Step } from "../../lab/step.js";
import { type Group, type Segment, widthOf } from "./segment.js";
import { textUnits } from "./wrapped-text.js";

/** Colours of the first, second, … send, over again after the last; red is for errors. */
const sendColors = ["36", "33", "35", "32", "34", "96", "93", "95"] as const;
const errorColor = "31";
const noteColor = "2";
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** The longest content that is shown as such; a longer one is shown by its length. */
const maxShownBytes = 24;

/** A piece with the number of the send that it came from, in that send's colour: `¹hello`. */
export function pieceSegment({ send, bytes, head }: Piece): Segment {
  const number = Array.from(String(send), (digit) => superscripts.charAt(Number(digit))).join("");
  const content = bytes <= maxShownBytes ? shownBytes(head) : `${grouped(bytes)} B`;
  return { text: number + content, sgr: sendColors[(send - 1) % sendColors.length] ?? noteColor };
}

/** A step's call as one would write it, its bytes, and what it returned, for a column so wide. */
export function stepGroups(step: Step, language: Language, columns: number): Group[] {
  const pieces = (step.pieces ?? []).map(pieceSegment);
  if (step.call === "frame") return [[{ text: "frame " }, ...pieces]];
  const sends = step.who === "sender";
  const inside: Segment[] = sends ? pieces : [];
  const argument = step.argument === undefined ? [] : [{ text: step.argument }];
  const groups: Group[] = [[{ text: `${step.call}(` }, ...inside, ...argument, { text: ")" }]];
  if (step.times !== undefined) groups.push([{ text: ` × ${step.times}` }]);
  if (step.result !== undefined) groups.push(resultGroup(step.result));
  if (!sends && pieces.length > 0) groups.push(...together([{ text: " " }, ...pieces], columns));
  const note = step.note === undefined ? "" : ` ${step.note[language]}`;
  const words = textUnits(note).map((text) => ({ text, sgr: noteColor }));
  return [...groups, ...together(words, columns)];
}

/** Segments as one group where a line has room for all of them, else each on its own. */
function together(segments: readonly Segment[], columns: number): Group[] {
  return widthOf(segments) <= columns ? [segments] : segments.map((segment) => [segment]);
}

function resultGroup(result: number | string): Group {
  const text = typeof result === "number" ? grouped(result) : result;
  return [{ text: " = " }, isError(result) ? { text, sgr: errorColor } : { text }];
}

/** Whether a call returned an errno. */
export function isError(result: number | string | undefined): boolean {
  return typeof result === "string" && /^E[A-Z0-9]+$/.test(result);
}

/** Milliseconds as they stand in front of a step. */
export function timeText(ms: number): string {
  return ms < 1000 ? ms.toFixed(1) : Math.round(ms).toString();
}
