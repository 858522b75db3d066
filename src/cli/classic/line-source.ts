import { createInterface } from "node:readline";
import { interruptionError } from "../interrupt.js";

export interface LineSource extends AsyncIterable<string> {
  /** Whether somebody types the lines. */
  readonly isPrompt: boolean;
  close(): void;
}

/** The lines that a user types at a prompt, or those of a pipe. Ctrl-D ends them; so does Ctrl-C, by its signal. */
export function readLines(prompt: string, signal: AbortSignal): LineSource {
  const isPrompt = process.stdin.isTTY;
  const reader = createInterface({
    input: process.stdin,
    ...(isPrompt ? { output: process.stderr, prompt, terminal: true } : { crlfDelay: Number.POSITIVE_INFINITY }),
  });
  // In raw mode the terminal sends no signal for Ctrl-C.
  reader.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // Readline pauses when it is put into the background, and stays so.
  reader.on("SIGCONT", () => reader.resume());
  const close = (): void => reader.close();
  signal.addEventListener("abort", close, { once: true });
  return {
    isPrompt,
    close,
    async *[Symbol.asyncIterator]() {
      if (isPrompt) reader.prompt();
      for await (const line of reader) {
        yield line;
        if (isPrompt) reader.prompt();
      }
      if (isPrompt) process.stderr.write("\n");
      const interrupted = interruptionError();
      if (interrupted !== undefined) throw interrupted;
    },
  };
}
