// The services beside files: sampan against the programs that do the same today (issue 4).
import { installPeers } from "../install-peers.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { checkProcessTree } from "../process-tree.mjs";
import { runSuite } from "../run-suite.mjs";
import { serviceTargets } from "../service-targets.mjs";
import * as chat from "../workload/chat.mjs";
import * as commands from "../workload/commands.mjs";
import * as shellEcho from "../workload/shell-echo.mjs";

export const workloads = { commands, chat, shell: shellEcho };
export const install = installPeers;

export function run(options) {
  checkProcessTree();
  const facts = { congestionControl: prepareNetwork() };
  return runSuite(options, { workloads, facts, figures: serviceTargets, issue: 4 });
}
