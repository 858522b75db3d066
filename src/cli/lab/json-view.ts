import type { Experiment, Observed } from "../../lab/experiment.js";
import type { Language, Told } from "../../lab/language.js";
import { shownBytes } from "../../lab/shown-bytes.js";
import type { Piece, Step } from "../../lab/step.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import type { LabView } from "./lab-view.js";

/** The events of `sampan lab --json`, as docs/cli.md has them. */
export class JsonView implements LabView {
  readonly #write: (text: string) => void;
  readonly #language: Language;

  constructor(write: (text: string) => void, language: Language) {
    this.#write = write;
    this.#language = language;
  }

  begin(experiment: Experiment): void {
    this.#write(jsonLine(experimentEvent(experiment, this.#language)));
  }

  part(title: Told): void {
    this.#write(jsonLine({ event: "part", title: title[this.#language] }));
  }

  step({ atMs, who, call, argument, times, pieces, result, held, state, note }: Step): void {
    this.#write(
      jsonLine({
        event: "step",
        atMs: Math.round(atMs * 1000) / 1000,
        who,
        call,
        ...(argument !== undefined && { argument }),
        ...(times !== undefined && { times }),
        ...(pieces !== undefined && { pieces: pieces.map(pieceEvent) }),
        ...(result !== undefined && { result }),
        ...(held !== undefined && { held: held.map(pieceEvent) }),
        ...(state !== undefined && { state }),
        ...(note !== undefined && { note: note[this.#language] }),
      }),
    );
  }

  observed(experiment: Experiment, { told, fields }: Observed): void {
    const text = told.map((sentence) => sentence[this.#language]);
    this.#write(jsonLine({ event: "observed", name: experiment.name, text, fields }));
  }
}

export function experimentEvent({ name, title, explanation }: Experiment, language: Language): JsonEvent {
  return { event: "experiment", name, title: title[language], explanation: explanation[language] };
}

function pieceEvent({ send, bytes, head }: Piece): object {
  return { send, bytes, text: shownBytes(head), hex: Buffer.from(head).toString("hex") };
}
