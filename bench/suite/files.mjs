// Moving files: sampan against the programs that move files today (issue 2).
import { installPeers } from "../install-peers.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { checkProcessTree } from "../process-tree.mjs";
import { runSuite } from "../run-suite.mjs";
import { targets } from "../targets.mjs";
import * as big from "../workload/big-file.mjs";
import * as memory from "../workload/memory.mjs";
import * as resume from "../workload/resume.mjs";
import * as small from "../workload/small-files.mjs";
import * as start from "../workload/start.mjs";

export const workloads = { big, small, memory, resume, start };
export const install = installPeers;

export function run(options) {
  checkProcessTree();
  const facts = { congestionControl: prepareNetwork() };
  return runSuite(options, { workloads, facts, figures: targets, issue: 2 });
}
