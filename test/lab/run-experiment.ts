import assert from "node:assert/strict";
import type { Observed } from "../../src/lab/experiment.js";
import { experimentNamed } from "../../src/lab/experiments.js";
import { Stage } from "../../src/lab/stage.js";
import type { Step } from "../../src/lab/step.js";

export interface Run extends Observed {
  readonly steps: readonly Step[];
}

/** Runs an experiment; checks what holds for all of them. */
export async function runExperiment(name: string, pauseMs = 0): Promise<Run> {
  const steps: Step[] = [];
  const audience = { part: () => {}, step: (step: Step) => void steps.push(step), pauseMs };
  const observed = await experimentNamed(name).run(new Stage(audience, new AbortController().signal));
  assert.ok(steps.length > 0);
  for (const told of observed.told) {
    assert.match(told.en, /^\w.*\.$/s);
    assert.match(told.zh, /[\u4e00-\u9fff].*。$/s);
  }
  assert.deepEqual(JSON.parse(JSON.stringify(observed.fields)), observed.fields);
  return { ...observed, steps };
}
