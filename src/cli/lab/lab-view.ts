import type { Experiment, Observed } from "../../lab/experiment.js";
import type { Language, Told } from "../../lab/language.js";
import type { Step } from "../../lab/step.js";

/** Shows experiments: on a terminal, as plain lines, or as JSON. */
export interface LabView {
  begin(experiment: Experiment): void;
  part(title: Told): void;
  step(step: Step): void;
  observed(experiment: Experiment, observed: Observed): void;
}

/** Takes a line without its end. */
export type PrintLine = (line: string) => void;

/** The words around the drawing. */
export const labWords = {
  sender: { en: "sender", zh: "发送方" },
  between: { en: "in the kernel", zh: "内核缓冲区" },
  receiver: { en: "receiver", zh: "接收方" },
  observed: { en: "Observed in this run", zh: "这一次观察到" },
} as const satisfies Record<string, Record<Language, string>>;
