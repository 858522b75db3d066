import type { Experiment, Observed } from "../../lab/experiment.js";
import type { Language, Told } from "../../lab/language.js";
import type { Step } from "../../lab/step.js";
import { padToWidth } from "../display-width.js";
import { type LabView, labWords, type PrintLine } from "./lab-view.js";
import { type Group, paintSegment, type Segment } from "./segment.js";
import { pieceSegment, stepGroups, timeText } from "./step-text.js";

/** A line a step, for pipes, logs and narrow terminals. */
export class PlainView implements LabView {
  readonly #print: PrintLine;
  readonly #color: boolean;
  readonly #language: Language;

  constructor(print: PrintLine, color: boolean, language: Language) {
    this.#print = print;
    this.#color = color;
    this.#language = language;
  }

  begin(experiment: Experiment): void {
    this.#print(`${experiment.name}: ${experiment.title[this.#language]}`);
    this.#print(experiment.explanation[this.#language]);
  }

  part(title: Told): void {
    this.#print(`-- ${title[this.#language]}`);
  }

  step(step: Step): void {
    const who = padToWidth(labWords[step.who][this.#language], 8);
    const held = (step.held ?? []).map(pieceSegment);
    const between = step.state === undefined ? held : [{ text: step.state }];
    const inKernel: Group = between.length === 0 ? [] : [{ text: "  [" }, ...between, { text: "]" }];
    const call = this.#painted([...stepGroups(step, this.#language, Number.POSITIVE_INFINITY).flat(), ...inKernel]);
    this.#print(`${timeText(step.atMs).padStart(7)} ms  ${who}  ${call}`);
  }

  observed(_experiment: Experiment, { told }: Observed): void {
    this.#print(`${labWords.observed[this.#language]}:`);
    for (const sentence of told) this.#print(`- ${sentence[this.#language]}`);
  }

  #painted(segments: readonly Segment[]): string {
    return segments.map((segment) => paintSegment(segment, this.#color)).join("");
  }
}
