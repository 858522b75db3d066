// A new network namespace takes its congestion control from the machine, not from the namespace that made it; so a wire
// program that runs in the bench's own namespace cannot set it for its hosts. They are asked, and set from within.
import { spawnSync } from "node:child_process";
import { onHostA } from "./slow-wire.mjs";

const path = "/proc/sys/net/ipv4/tcp_congestion_control";
const set = `echo "$0" > ${path}; cat ${path}`;

/** To be called on host B before a socket is opened there. */
export function requireCongestionControl(name) {
  const onB = { file: "sh", args: ["-c", set, name] };
  for (const { file, args } of [onB, onHostA(onB)]) {
    const { stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
    if (stdout.trim() !== name) throw new Error(`a host has ${stdout.trim()} instead of ${name}: ${stderr.trim()}`);
  }
}
