// Framing: sampan's codecs and connections against what people use instead (issue 3).
import { installFramingPackages } from "../framing-packages.mjs";
import { framingTargets } from "../framing-targets.mjs";
import { runSuite } from "../run-suite.mjs";
import * as decode from "../workload/decode-frames.mjs";

export const workloads = { decode };
export const install = installFramingPackages;

export function run(options) {
  return runSuite(options, { workloads, facts: {}, figures: framingTargets, issue: 3 });
}
