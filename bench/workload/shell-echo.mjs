// From a key to its echo, in a shell over a path with 100 ms of round trip, which SLOW_WIRE makes
// (slow-wire.mjs).
import { fileURLToPath } from "node:url";
import { howToGive, overSlowWire, slowWire } from "../slow-wire.mjs";
import { table } from "../table.mjs";

const roundTripMs = 100;
const inside = fileURLToPath(new URL("shell-echo-inside.mjs", import.meta.url));

export async function run(_options, leftOut) {
  if (slowWire() === undefined) {
    leftOut.push({ work: "shell", contestant: "all", why: howToGive });
    return undefined;
  }
  return JSON.parse(await overSlowWire({ rtt: roundTripMs }, [process.execPath, inside]));
}

export function show(measured) {
  if (measured === undefined) return "From a key to its echo: not measured";
  const row = (name, { medianMs, slowMs }) => [name, medianMs.toFixed(1), slowMs.toFixed(1)];
  return `From a key to its echo, ${measured.keys} keys one by one, at ${roundTripMs} ms of round trip

${table(["", "median ms", "95 % within ms"], [row("a byte echoed over TCP", measured.tcp), row("a key echoed by a shell", measured.shell)])}`;
}
