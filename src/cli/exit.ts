import type { Writable } from "node:stream";
import { isDiskFull } from "../store/file-error.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import { interruptionError } from "./interrupt.js";
import { errorEvent, jsonLine } from "./json-event.js";
import { writeFilesWhole } from "./whole-file-output.js";

/** What a shell reports for a program that wrote into a pipe which nobody reads any more. */
const brokenPipeStatus = 141;

let errorEvents: Writable | undefined;

/** From now on failures are told as JSON events on `stream`, without one as text on stderr. */
export function tellErrorsAsEvents(stream: Writable | undefined): void {
  errorEvents = stream;
}

/** What people read: `sampan: <message> (E_CODE)`; a hint may follow in lines of its own. */
export function errorText(error: SampanError): string {
  const maxLength = 4000;
  const lines = error.origin === "remote" ? [error.message] : error.message.split("\n");
  const [first = "", ...more] = lines.map((line) => printable(line, maxLength));
  return [`sampan: ${first} (${error.code})`, ...more].join("\n");
}

/** Tells what was thrown, as an event with `facts`, and returns the exit status that goes with it. */
export function tellFailure(thrown: unknown, facts: Readonly<Record<string, unknown>> = {}): number {
  const error = interruptionError() ?? toSampanError(thrown);
  if (errorEvents === undefined) process.stderr.write(`${errorText(error)}\n`);
  else errorEvents.write(jsonLine({ ...errorEvent(error), ...facts }));
  if (process.env.SAMPAN_DEBUG === "1") {
    for (let cause: unknown = thrown; cause instanceof Error; cause = cause.cause) {
      process.stderr.write(`${printable(cause.stack ?? String(cause), 20_000).replaceAll("\\x0a", "\n")}\n`);
    }
  }
  return error.exitStatus;
}

/** Ends quietly when the reader of our output has gone, and in words when it cannot be written. */
export function watchOutput(): void {
  writeFilesWhole(process.stdout);
  process.stdout.on("error", exitWithoutOutput);
  process.stderr.on("error", () => {});
}

function exitWithoutOutput(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit(brokenPipeStatus);
  const [code, why] = isDiskFull(error)
    ? (["E_NO_SPACE", "the disk is full; make room, and run the command again"] as const)
    : (["E_LOCAL_FILE", `the system says ${error.code ?? error.message}`] as const);
  const failure = new SampanError(code, `cannot write to standard output: ${why}`);
  process.stderr.write(`${errorText(failure)}\n`);
  process.exit(failure.exitStatus);
}

/** Ends the process when what was written is out, whatever timer or socket may still be open. */
export function exit(status: number): void {
  const { stdout, stderr } = process;
  process.exitCode = status;
  const end = (): void => void stderr.write("", () => process.exit(status));
  // What failed a moment ago is known here before anybody is told of it.
  if (stdout.errored) exitWithoutOutput(stdout.errored);
  else if (stdout.writableLength === 0) end();
  else stdout.write("", (error) => (error ? exitWithoutOutput(error) : end()));
}

/** Writes to a stream, and waits where it has enough for now. */
export async function writeOut(stream: Writable, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise<void>((resolve) => stream.once("drain", resolve));
}
