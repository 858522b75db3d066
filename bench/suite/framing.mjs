// Framing: sampan's codecs and connections against what people use instead (issue 3).
import { installFramingPackages } from "../framing-packages.mjs";
import { framingTargets } from "../framing-targets.mjs";
import { installPeers } from "../install-peers.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { runSuite } from "../run-suite.mjs";
import * as decode from "../workload/decode-frames.mjs";
import * as writes from "../workload/frame-writes.mjs";
import * as tcp from "../workload/frames-over-tcp.mjs";
import * as trips from "../workload/round-trips.mjs";

export const workloads = { decode, tcp, writes, trips };

const packageOf = {
  python3: "python3",
  strace: "strace",
  "redis-server": "redis-server",
  "redis-benchmark": "redis-tools",
};

export function install() {
  installPeers(packageOf);
  installFramingPackages();
}

export function run(options) {
  const facts = { congestionControl: prepareNetwork() };
  return runSuite(options, { workloads, facts, figures: framingTargets, issue: 3 });
}
