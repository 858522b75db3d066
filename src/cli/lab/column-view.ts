import type { ColumnTitles, Experiment, Observed } from "../../lab/experiment.js";
import type { Language, Told } from "../../lab/language.js";
import type { Step } from "../../lab/step.js";
import { displayWidth } from "../display-width.js";
import { type LabView, labWords, type PrintLine } from "./lab-view.js";
import { type CellLine, cutLine, type Group, paintCell, paintSegment, type Segment, setInLines } from "./segment.js";
import { isError, pieceSegment, stepGroups, timeText } from "./step-text.js";
import { textUnits, wrapText } from "./wrapped-text.js";

/*
 * The drawing, a row a step and no row ever drawn over, so that it scrolls as text does:
 *
 *      ms  sender                 │in the kernel    │   receiver
 *     0.3  send(¹hello) = 5     ─▶│¹hello           │
 *    21.6                         │                 │─▶ recv(1024) = 5 ¹hello
 */

const timeColumns = 6;
const arrowColumns = 3;
const maxColumns = 108;
const maxLaneRows = 3;
const dim = "2";
const strong = "1";

interface Widths {
  readonly all: number;
  readonly side: number;
  readonly lane: number;
}

/** Two columns and the kernel between them, for a terminal of at least 60 columns. */
export class ColumnView implements LabView {
  readonly #print: PrintLine;
  readonly #columns: () => number;
  readonly #color: boolean;
  readonly #language: Language;
  #titles: ColumnTitles = labWords;

  constructor(print: PrintLine, columns: () => number, color: boolean, language: Language) {
    this.#print = print;
    this.#columns = columns;
    this.#color = color;
    this.#language = language;
  }

  begin(experiment: Experiment): void {
    const { all } = this.#widths();
    this.#titles = experiment.columns ?? labWords;
    this.#print("");
    const name = { text: `  ${experiment.name}`, sgr: dim };
    this.#line([{ text: experiment.title[this.#language], sgr: strong }, name]);
    for (const line of wrapText(experiment.explanation[this.#language], all)) this.#print(line);
    this.#print("");
    this.#head();
  }

  part(title: Told): void {
    const { all } = this.#widths();
    const text = `── ${title[this.#language]} `;
    this.#line(cutLine([{ text }, { text: "─".repeat(Math.max(2, all - displayWidth(text))), sgr: dim }], all));
  }

  step(step: Step): void {
    const { side, lane } = this.#widths();
    const cell = setInLines(stepGroups(step, this.#language, side), side);
    const between = laneLines(step, lane);
    const sends = step.who === "sender";
    for (let row = 0; row < Math.max(cell.length, between.length); row++) {
      const line = cell[row] ?? [];
      const time = row === 0 ? timeText(step.atMs) : "";
      const arrow = row === 0 ? arrowOf(step) : "";
      this.#row(time, sends ? line : [], sends ? arrow : "", between[row] ?? [], sends ? "" : arrow, sends ? [] : line);
    }
  }

  observed(_experiment: Experiment, { told }: Observed): void {
    const { all } = this.#widths();
    this.#print("");
    this.#line([{ text: labWords.observed[this.#language], sgr: strong }]);
    for (const sentence of told) {
      for (const [row, line] of wrapText(sentence[this.#language], all - 4).entries()) {
        this.#print(`${row === 0 ? "  • " : "    "}${line}`);
      }
    }
  }

  #head(): void {
    const { lane } = this.#widths();
    const title = (told: Told): CellLine => [{ text: told[this.#language], sgr: strong }];
    const between = cutLine(title(this.#titles.between), lane);
    this.#row("ms", title(this.#titles.sender), "", between, "", title(this.#titles.receiver));
  }

  #row(time: string, left: CellLine, toLane: string, held: CellLine, fromLane: string, right: CellLine): void {
    const { side, lane } = this.#widths();
    const cells = [
      paintSegment({ text: time.padStart(timeColumns), sgr: dim }, this.#color),
      "  ",
      paintCell(left, side, this.#color),
      toLane.padStart(arrowColumns),
      this.#border(),
      paintCell(held, lane, this.#color),
      this.#border(),
      fromLane.padEnd(arrowColumns),
      paintCell(right, 0, this.#color),
    ];
    this.#print(cells.join("").trimEnd());
  }

  #border(): string {
    return paintSegment({ text: "│", sgr: dim }, this.#color);
  }

  #line(segments: readonly Segment[]): void {
    this.#print(segments.map((segment) => paintSegment(segment, this.#color)).join(""));
  }

  /** One column stays free: where a terminal takes an arrow for two columns, the line must not wrap. */
  #widths(): Widths {
    const all = Math.min(maxColumns, this.#columns() - 1);
    const rest = all - timeColumns - 2 - 2 * arrowColumns - 2;
    const lane = Math.floor(rest * 0.28);
    return { all, lane, side: Math.floor((rest - lane) / 2) };
  }
}

/** What stands in the kernel's lane beside a step, in a few rows. */
function laneLines({ held = [], state }: Step, columns: number): CellLine[] {
  const groups = state === undefined ? held.map((piece) => [pieceSegment(piece)]) : wordsOf(state);
  const lines = setInLines(groups, columns);
  if (lines.length <= maxLaneRows) return lines;
  const last = lines.slice(maxLaneRows - 1).flat();
  return [...lines.slice(0, maxLaneRows - 1), cutLine(last, columns)];
}

function wordsOf(text: string): Group[] {
  return textUnits(text).map((unit) => [{ text: unit }]);
}

/** An arrow where bytes moved, a stopped one where an error kept them. */
function arrowOf({ call, result, who, pieces = [], held = [] }: Step): string {
  if (call === "frame") return "";
  if (isError(result)) return who === "sender" && pieces.length > 0 ? "─✗" : "";
  const took = pieces.some(({ bytes, send }) => (bytes > 0 && result !== "…") || held.some((h) => h.send === send));
  return took || (who === "receiver" && pieces.length > 0) ? "─▶" : "";
}
