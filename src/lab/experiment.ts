import type { Told } from "./language.js";
import type { Stage } from "./stage.js";

/** What came out of one run; nothing in it is known beforehand. */
export interface Observed {
  /** Sentences made from what was measured. */
  readonly told: readonly Told[];
  /** The measured values, for programs. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What stands above the three columns of the drawing. */
export interface ColumnTitles {
  readonly sender: Told;
  readonly between: Told;
  readonly receiver: Told;
}

export interface Experiment {
  readonly name: string;
  readonly title: Told;
  /** What it is about, for somebody who has not seen it: two or three sentences. */
  readonly explanation: Told;
  readonly columns?: ColumnTitles;
  /** Makes the calls, shows them, closes all it opened. E_UNSUPPORTED where this system does not let it. */
  run(stage: Stage): Promise<Observed>;
}
