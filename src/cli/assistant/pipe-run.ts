import { runPipe } from "../../assistant/pipe.js";
import { type PipeInput, pipeInput } from "../../assistant/pipe-input.js";
import { datagramChunkBytes, type PipeOptions, streamChunkBytes } from "../../assistant/pipe-options.js";
import { PipeOutput } from "../../assistant/pipe-output.js";
import type { RawAddress } from "../../transport/raw/address.js";
import type { RawEndpoint, RawEvents } from "../../transport/raw/connection.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";

/** The flags of `listen` and `connect` where they are a pipe. */
export interface PipeFlags {
  readonly keepOpen?: true;
  readonly sendOnly?: true;
  readonly recvOnly?: true;
  readonly idle?: number;
  readonly quiet?: true;
}

const answerMs = 3000;
const lingerMs = 3000;

/** Runs a pipe between standard input, a peer and standard output; returns the exit status. */
export async function pipe(
  role: "listen" | "connect",
  address: RawAddress,
  flags: PipeFlags,
  open: (events: RawEvents, signal: AbortSignal) => Promise<RawEndpoint>,
): Promise<number> {
  if (flags.sendOnly && flags.recvOnly) {
    throw new SampanError("E_USAGE", "--send-only and --recv-only contradict one another");
  }
  const keepOpen = flags.keepOpen ?? false;
  const signal = abortOnInterrupt("interrupted; what had not been sent by then is lost");
  const options: PipeOptions = {
    role,
    direction: flags.sendOnly ? "send" : flags.recvOnly ? "receive" : "both",
    keepOpen,
    idleMs: flags.idle,
    answerMs,
    lingerMs,
    input: flags.recvOnly ? noInput : pipeInput(0, address.scheme === "udp" ? datagramChunkBytes : streamChunkBytes),
    output: new PipeOutput(process.stdout),
    note: (text) => {
      if (!flags.quiet) process.stderr.write(`sampan: ${printable(text)}\n`);
    },
  };
  try {
    await runPipe((events) => open(events, signal), options, signal);
  } catch (thrown) {
    // A server that serves one client after another has no other end.
    if (!(keepOpen && signal.aborted)) throw thrown;
  }
  return 0;
}

const noInput: PipeInput = {
  isTerminal: false,
  read: () => {},
  resume: () => {},
  pause: () => {},
};
