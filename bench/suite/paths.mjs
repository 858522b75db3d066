// Long, lossy paths: sampan against what moves one file over them today, and what it leaves to a TCP flow beside it.
import { installPeers } from "../install-peers.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { pathFact } from "../path-settings.mjs";
import { checkProcessTree } from "../process-tree.mjs";
import { runSuite } from "../run-suite.mjs";
import { howToGive, slowWire } from "../slow-wire.mjs";
import * as share from "../workload/path-share.mjs";
import * as transfers from "../workload/path-transfers.mjs";

export const workloads = { transfers, share };

const packageOf = {
  scp: "openssh-client",
  sshd: "openssh-server",
  rsync: "rsync",
  nginx: "nginx-light",
  curl: "curl",
  openssl: "openssl",
  aria2c: "aria2",
  ip: "iproute2",
};

export const install = () => installPeers(packageOf);

export async function run(options) {
  if (slowWire() === undefined) {
    process.stderr.write(`The suite paths needs a slow path: ${howToGive}. Give it so:

  SLOW_WIRE=/path/to/program npm run bench -- paths
`);
    process.exitCode = 2;
    return;
  }
  checkProcessTree();
  prepareNetwork();
  await runSuite(options, { workloads, facts: { path: pathFact }, enoughRuns: 3 });
}
