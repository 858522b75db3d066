import type { Experiment } from "../../lab/experiment.js";
import { experimentNamed, experiments } from "../../lab/experiments.js";
import type { Language } from "../../lab/language.js";
import { Stage } from "../../lab/stage.js";
import { SampanError } from "../../wire/sampan-error.js";
import { padToWidth } from "../display-width.js";
import { tellFailure } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { ColumnView } from "../lab/column-view.js";
import { experimentEvent, JsonView } from "../lab/json-view.js";
import type { LabView } from "../lab/lab-view.js";
import { languageOf } from "../lab/language-choice.js";
import { PlainView } from "../lab/plain-view.js";
import { terminalTraits } from "../terminal.js";

export interface LabFlags {
  readonly json?: true;
  readonly lang?: Language;
  readonly slow?: true;
}

const slowPauseMs = 1000;
const terminalPauseMs = 150;
/** Narrower terminals get plain lines. */
const leastColumns = 60;

/** sampan lab [NAME]: runs an experiment, or all of them, or lists them. */
export async function lab(name: string | undefined, flags: LabFlags): Promise<number> {
  const language = flags.lang ?? languageOf(process.env);
  if (name === undefined || name === "list") {
    list(language, flags.json ?? false);
    return 0;
  }
  const chosen = name === "all" ? experiments : [experimentNamed(name)];
  return await runAll(chosen, viewFor(flags, language), pauseMs(flags));
}

function list(language: Language, json: boolean): void {
  const width = Math.max(...experiments.map(({ name }) => name.length));
  for (const experiment of experiments) {
    const line = `${padToWidth(experiment.name, width)}  ${experiment.title[language]}\n`;
    process.stdout.write(json ? jsonLine(experimentEvent(experiment, language)) : line);
  }
}

/** Runs one after the other. What this system cannot run does not keep it from running the others. */
async function runAll(chosen: readonly Experiment[], view: LabView, pauseMs: number): Promise<number> {
  const signal = abortOnInterrupt("interrupted; the experiment's sockets are closed");
  const audience = { part: view.part.bind(view), step: view.step.bind(view), pauseMs };
  let status = 0;
  for (const experiment of chosen) {
    view.begin(experiment);
    try {
      view.observed(experiment, await experiment.run(new Stage(audience, signal)));
    } catch (error) {
      if (chosen.length === 1 || !(error instanceof SampanError) || error.code !== "E_UNSUPPORTED") throw error;
      status = tellFailure(error);
    }
  }
  return status;
}

function viewFor({ json }: LabFlags, language: Language): LabView {
  const write = (text: string): void => void process.stdout.write(text);
  if (json) return new JsonView(write, language);
  const print = (line: string): void => write(`${line}\n`);
  const { live, color } = terminalTraits(process.stdout, process.env);
  const columns = (): number => process.stdout.columns || 80;
  if (!live || columns() < leastColumns) return new PlainView(print, color, language);
  return new ColumnView(print, columns, color, language);
}

function pauseMs({ slow, json }: LabFlags): number {
  if (slow) return slowPauseMs;
  return process.stdout.isTTY && !json ? terminalPauseMs : 0;
}
