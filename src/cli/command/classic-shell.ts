import { askShell, type ShellProtocol } from "../../classic/shell-client.js";
import type { TextEncoding } from "../../service/text-encoding.js";
import { type SampanError, toSampanError } from "../../wire/sampan-error.js";
import { type ClassicCall, type ClassicFlags, callerFor } from "../classic/caller.js";
import { readLines } from "../classic/line-source.js";
import { errorText } from "../exit.js";
import { interruptionError } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { SafeText } from "../safe-text.js";

export interface ClassicShellFlags extends ClassicFlags {
  readonly wait?: number;
}

const defaultWaitMs = 10_000;
const closingMs = 1_000;

/** sampan classic shell|shell-plain|shell-ready ADDR [CMD]: what commands write there comes out here. */
export async function classicShell(
  protocol: ShellProtocol,
  address: string,
  command: string | undefined,
  flags: ClassicShellFlags,
): Promise<number> {
  const call = await callerFor(address, flags);
  const source = command === undefined ? readLines(">>> ", call.signal) : undefined;
  let count = 0;
  try {
    for await (const typed of source ?? [command as string]) {
      const text = typed.trim();
      if (text === "") continue;
      try {
        await runOne(call, protocol, text, flags, source?.isPrompt ?? false);
        count++;
      } catch (thrown) {
        const error = interruptionError() ?? toSampanError(thrown);
        if (!source?.isPrompt || !canGoOn(error)) throw error;
        // Not sent again by itself: it may have run.
        process.stderr.write(`${errorText(error)}\n`);
      }
    }
    if (flags.json) process.stdout.write(jsonLine({ event: "done", commands: count }));
  } catch (error) {
    call.caller.hangUp();
    throw error;
  } finally {
    source?.close();
  }
  await call.caller.close(closingMs);
  return 0;
}

function canGoOn({ code }: SampanError): boolean {
  return code === "E_CONNECTION_LOST" || code === "E_USAGE";
}

async function runOne(
  { caller, encoding }: ClassicCall,
  protocol: ShellProtocol,
  command: string,
  { wait, json }: ClassicShellFlags,
  isPrompt: boolean,
): Promise<void> {
  const out = json ? jsonOutput(encoding) : plainOutput(encoding, isPrompt);
  const bytes = await caller.run(false, (connection) =>
    askShell(connection, { protocol, command, waitMs: wait ?? defaultWaitMs, output: out.push }),
  );
  await out.end();
  if (json) process.stdout.write(jsonLine({ event: "command-end", command, bytes }));
  else if (bytes === 0 && protocol === "shell-plain")
    process.stderr.write(
      "sampan: nothing came; this protocol cannot tell an empty output from one that is late (--wait)\n",
    );
}

interface Output {
  readonly push: (bytes: Buffer) => Promise<void>;
  readonly end: () => Promise<void>;
}

/** Before a prompt the last line is ended: the prompt is drawn over whatever stands in its own. */
function plainOutput(encoding: TextEncoding, isPrompt: boolean): Output {
  const { isTTY } = process.stdout;
  const safe = new SafeText(encoding, isTTY);
  let last = "\n";
  const write = (content: string | Uint8Array): Promise<void> => {
    if (typeof content === "string") last = content.at(-1) ?? last;
    return writeAll(content);
  };
  return {
    push: (bytes) => write(safe.push(bytes)),
    end: async () => {
      await write(safe.end());
      if (isPrompt && isTTY && last !== "\n") await writeAll("\n");
    },
  };
}

function jsonOutput(encoding: TextEncoding): Output {
  const decoder = encoding.decoder();
  const tell = (text: string): Promise<void> =>
    text === "" ? Promise.resolve() : writeAll(jsonLine({ event: "output", text }));
  return { push: (bytes) => tell(decoder.decode(bytes)), end: () => tell(decoder.end()) };
}

async function writeAll(content: string | Uint8Array): Promise<void> {
  if (content.length === 0 || process.stdout.write(content)) return;
  await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}
