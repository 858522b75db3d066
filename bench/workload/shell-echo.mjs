// From a key to its echo, in a shell over a path with 100 ms of round trip. Needs root and the path-making program
// `netlab` (in PATH, or named by NETLAB), which runs a script between two hosts: $A and $B.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { table } from "../table.mjs";

const roundTripMs = 100;
const inside = fileURLToPath(new URL("shell-echo-inside.mjs", import.meta.url));

export async function run(_options, leftOut) {
  const netlab = process.env.NETLAB ?? "netlab";
  const command = ["--rtt", String(roundTripMs), "--", process.execPath, inside];
  const { status, stdout, error, stderr } = spawnSync(netlab, command, { encoding: "utf8" });
  if (error?.code === "ENOENT") {
    leftOut.push({ work: "shell", contestant: "all", why: "there is no netlab in PATH; name it by NETLAB" });
    return undefined;
  }
  if (status !== 0) throw new Error(`netlab ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

export function show(measured) {
  if (measured === undefined) return "From a key to its echo: not measured";
  const row = (name, { medianMs, slowMs }) => [name, medianMs.toFixed(1), slowMs.toFixed(1)];
  return `From a key to its echo, ${measured.keys} keys one by one, at ${roundTripMs} ms of round trip

${table(["", "median ms", "95 % within ms"], [row("a byte echoed over TCP", measured.tcp), row("a key echoed by a shell", measured.shell)])}`;
}
