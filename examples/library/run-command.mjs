/*
 * SAMPAN_LINK=… node examples/library/run-command.mjs PROGRAM [ARGUMENT…]
 *
 * Runs a program on the server that the link leads to (one that allows commands): our standard input is its, its output is
 * ours, Ctrl-C goes to it, and its status is our own.
 */
import { connect, SampanError } from "sampan";

const argv = process.argv.slice(2);
if (argv.length === 0) throw new Error("usage: run-command.mjs PROGRAM [ARGUMENT…]");

try {
  process.exitCode = await runThere(argv);
} catch (error) {
  if (!(error instanceof SampanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}

async function runThere(command) {
  const peer = await connect(process.env.SAMPAN_LINK ?? "");
  try {
    const run = peer.run(command, { input: process.stdin });
    process.once("SIGINT", () => run.kill("SIGINT"));
    run.stdout.pipe(process.stdout);
    run.stderr.pipe(process.stderr);
    const { status, signal } = await run.result;
    if (signal) console.error(`ended by ${signal}`);
    return status;
  } finally {
    process.stdin.destroy();
    await peer.close();
  }
}
