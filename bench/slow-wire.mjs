// A program that joins two hosts by a slow wire, given by the user as SLOW_WIRE. It needs root, and is called as
//
//   $SLOW_WIRE --rtt MS [--rate MBIT] [--loss PERCENT] [--cc NAME] [--seed N] [--limit SECONDS] -- COMMAND…
//
// with the round trip, the rate and the random loss each way, the congestion control of both hosts, where the random
// numbers begin, and after how long COMMAND is ended. In its environment $A and $B are what runs a command on the one
// host and on the other, as in `$A curl http://…`, $A_IP and $B_IP their addresses. Both see the files of this machine.
import { spawn } from "node:child_process";
import { leave, leaveOnSignals, undoLater } from "./undo.mjs";

export const howToGive =
  "SLOW_WIRE names no program that makes a slow path (bench/slow-wire.mjs says what it has to do)";

export const slowWire = () => process.env.SLOW_WIRE;

/** @param path {rtt, rate, …}: the options above @returns what COMMAND, which must succeed, wrote to standard output */
export async function overSlowWire(path, command) {
  const options = Object.entries(path).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(slowWire(), [...options, "--", ...command], { stdio: ["ignore", "pipe", "pipe"] });
  // By the signal of Ctrl-C, on which programs take down what they have made.
  const forget = undoLater(() => child.kill("SIGINT"));
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      printed[name] += text;
    });
  }
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  forget();
  if (status !== 0) throw new Error(`${slowWire()} ended with ${status}: ${printed.stderr.trim().slice(-2000)}`);
  return printed.stdout;
}

/** Runs a script of the bench on host B, with `job` as JSON; resolves to the JSON that it prints. */
export async function jobOnHostB(path, script, job) {
  const command = ["sh", "-c", 'exec $B "$0" "$@"', process.execPath, script, JSON.stringify(job)];
  return JSON.parse(await overSlowWire(path, command));
}

/** For that script: does the job, prints what comes of it, and ends the process with all that it has started. */
export async function answerJob(work) {
  leaveOnSignals();
  try {
    process.stdout.write(JSON.stringify(await work(JSON.parse(process.argv[2]))));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    leave(1);
  }
  leave(0);
}

/** The same command on host A, for a script that runs between the hosts or on one of them. */
export function onHostA(command) {
  const [file, ...before] = process.env.A.split(" ");
  return { ...command, file, args: [...before, command.file, ...command.args] };
}
