// From a key to its echo, in a shell over a path with 100 ms of round trip. Needs root, and a program that joins two
// hosts by a slow wire, named by SLOW_WIRE: it is called as `$SLOW_WIRE --rtt 100 -- COMMAND…` and sets $A and $B to what
// runs a command on the one host and on the other, $A_IP and $B_IP to their addresses.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { table } from "../table.mjs";

const roundTripMs = 100;
const inside = fileURLToPath(new URL("shell-echo-inside.mjs", import.meta.url));

export async function run(_options, leftOut) {
  const wire = process.env.SLOW_WIRE;
  if (wire === undefined) {
    leftOut.push({ work: "shell", contestant: "all", why: "SLOW_WIRE names no program that makes a slow path" });
    return undefined;
  }
  const command = ["--rtt", String(roundTripMs), "--", process.execPath, inside];
  const { status, stdout, error, stderr } = spawnSync(wire, command, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${wire} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

export function show(measured) {
  if (measured === undefined) return "From a key to its echo: not measured";
  const row = (name, { medianMs, slowMs }) => [name, medianMs.toFixed(1), slowMs.toFixed(1)];
  return `From a key to its echo, ${measured.keys} keys one by one, at ${roundTripMs} ms of round trip

${table(["", "median ms", "95 % within ms"], [row("a byte echoed over TCP", measured.tcp), row("a key echoed by a shell", measured.shell)])}`;
}
