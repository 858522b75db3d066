// The whole bench runs in namespaces of its own where it may (root):
//  - network: the kernel's default congestion control is bbr on some machines, which paces even on loopback and halves
//    everybody. A network namespace has its own setting; the host's is never touched. It also keeps the daemons of the
//    bench apart from those of the system.
//  - mounts: the RAM disk is seen by nobody else and is gone with the last process, even after kill -9.
//  - processes: the same for the daemons.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { childrenOf } from "./process-tree.mjs";

const marker = "SAMPAN_BENCH_INSIDE";
const unshare = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** Neither holds back what it could send, which is what counts where nothing is lost. The first that may be had. */
const unpaced = ["cubic", "reno"];
const congestionControl = "/proc/sys/net/ipv4/tcp_congestion_control";

export function insideOwnNamespace() {
  return process.env[marker] === "1";
}

/** Runs the same command again inside; its exit status, or undefined where that cannot be done. */
export async function runInOwnNamespace(command) {
  const probe = spawnSync("unshare", [...unshare, "ip", "link", "set", "lo", "up"], { stdio: "ignore" });
  if (probe.status !== 0) return undefined;
  const child = spawn("unshare", [...unshare, process.execPath, ...command], {
    stdio: "inherit",
    env: { ...process.env, [marker]: "1" },
  });
  // Not to end before the inner process has cleaned up. (Ctrl-C reaches it twice, which does no harm.)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      for (const pid of childrenOf(child.pid)) process.kill(pid, signal);
    });
  }
  return new Promise((resolve) => child.on("exit", (status) => resolve(status ?? 130)));
}

/** What is in force in the end is printed. A namespace may have only what its machine allows to all. */
function setCongestionControl(name) {
  try {
    writeFileSync(congestionControl, name);
    return true;
  } catch {
    return false;
  }
}

/** To be called inside, once. Says in words what is in force. */
export function prepareNetwork() {
  if (insideOwnNamespace()) {
    spawnSync("ip", ["link", "set", "lo", "up"]);
    for (const name of unpaced) if (setCongestionControl(name)) break;
  }
  const inForce = readFileSync(congestionControl, "utf8").trim();
  if (insideOwnNamespace()) return `${inForce} (network namespace of its own)`;
  return `${inForce} (the host's network: no namespace without root, unshare and ip)`;
}
