import type { Readable } from "node:stream";
import { type TextEncoding, textEncoding } from "../service/text-encoding.js";
import { OutputSpool } from "./output-spool.js";
import { ShellProcess } from "./shell-process.js";

export interface CommandOptions {
  readonly folder: string;
  /** What the client reads: text that is not UTF-8 is written anew. On Windows the command's own bytes are sent. */
  readonly encoding: TextEncoding;
  /** The most that it may write to both streams together; it is ended beyond. */
  readonly maxOutputBytes: number;
  /** Ends the command. */
  readonly gone: AbortSignal;
}

export interface CommandResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: OutputSpool;
  readonly stderr: OutputSpool;
  readonly tooLong: boolean;
}

/** Runs a command line to its end and holds what it writes; the caller closes both spools. */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandResult> {
  const [stdout, stderr] = [new OutputSpool(), new OutputSpool()];
  try {
    return await collect(command, options, stdout, stderr);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    await stderr.write(Buffer.from(`sampan: the command cannot be run: ${reason}\n`));
    return { status: null, signal: null, stdout, stderr, tooLong: false };
  }
}

async function collect(
  command: string,
  { folder, encoding, maxOutputBytes, gone }: CommandOptions,
  stdout: OutputSpool,
  stderr: OutputSpool,
): Promise<CommandResult> {
  const group = new ShellProcess(command, folder);
  const end = (): void => group.end();
  gone.addEventListener("abort", end, { once: true });
  if (gone.aborted) end();
  let tooLong = false;
  const spool = async (from: Readable | null, into: OutputSpool): Promise<void> => {
    const recode = await recoder(encoding);
    try {
      for await (const chunk of (from ?? []) as AsyncIterable<Buffer>) {
        const bytes = recode(chunk);
        const room = maxOutputBytes - stdout.bytes - stderr.bytes;
        if (bytes.length > room) {
          tooLong = true;
          group.end();
        }
        // Read on, lest it wait for us while it should end.
        await into.write(bytes.subarray(0, Math.max(0, room)));
      }
    } catch (thrown) {
      group.end();
      if (!isCut(thrown)) throw thrown;
    }
  };
  try {
    const spools = Promise.all([spool(group.child.stdout, stdout), spool(group.child.stderr, stderr)]);
    const [{ status, signal }] = await Promise.all([group.closed, spools]);
    if (tooLong) await stderr.write(Buffer.from(`\nsampan: ended: it wrote more than ${maxOutputBytes} bytes\n`));
    return { status, signal, stdout, stderr, tooLong };
  } finally {
    gone.removeEventListener("abort", end);
  }
}

/** Our own `destroy` of a pipe that a stray process still holds. */
function isCut(thrown: unknown): boolean {
  return (thrown as { code?: unknown }).code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** Writes UTF-8 anew in another encoding, chunk by chunk. */
async function recoder(encoding: TextEncoding): Promise<(chunk: Buffer) => Buffer> {
  if (encoding.name === "utf-8" || process.platform === "win32") return (chunk) => chunk;
  const decoder = (await textEncoding("utf-8")).decoder();
  return (chunk) => Buffer.from(encoding.encode(decoder.decode(chunk)));
}
