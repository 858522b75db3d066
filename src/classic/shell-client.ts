import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";
import { readLength } from "./length-header.js";
import { readyWord } from "./shell.js";
import { readBytes } from "./site.js";

export type ShellProtocol = "shell" | "shell-plain" | "shell-ready";

export interface ShellAsk {
  readonly protocol: ShellProtocol;
  readonly command: string;
  /** `shell-plain` has no length: how long to wait for the first byte of the answer. */
  readonly waitMs: number;
  /** Takes what the command wrote, piece by piece. */
  readonly output: (bytes: Buffer) => Promise<void>;
}

/** What comes after the first bytes of an answer of `shell-plain` comes without such a pause. */
const quietMs = 300;
const chunkBytes = 64 * 1024;

/** Sends one command line and streams what it wrote; returns the number of bytes. */
export async function askShell(connection: Connection, ask: ShellAsk): Promise<number> {
  const bytes = Buffer.from(ask.command, "utf8");
  if (bytes.length > readBytes)
    throw new SampanError("E_USAGE", `a command has at most ${readBytes} bytes here; this one has ${bytes.length}`);
  await connection.send(bytes);
  switch (ask.protocol) {
    case "shell":
      return readCounted(connection, await lengthOf(connection), ask.output);
    case "shell-ready": {
      const length = await digitsOf(connection);
      await connection.send(readyWord);
      return readCounted(connection, length, ask.output);
    }
    case "shell-plain":
      return readUntilQuiet(connection, ask);
  }
}

async function lengthOf(connection: Connection): Promise<number> {
  const length = await readLength(connection, "an output", { min: 0, max: 2 ** 31 - 1 });
  if (length === undefined) throw new SampanError("E_CONNECTION_LOST", "the server closed the connection");
  return length;
}

/** The length in decimal digits: whatever one read returns, as nothing marks its end. */
async function digitsOf(connection: Connection): Promise<number> {
  const bytes = await connection.readSome(readBytes);
  if (bytes === undefined) throw new SampanError("E_CONNECTION_LOST", "the server closed the connection");
  const text = bytes.toString("latin1");
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new SampanError("E_PROTOCOL", `"${printable(text, 60)}" came where the length in digits was to come`);
}

async function readCounted(connection: Connection, length: number, output: ShellAsk["output"]): Promise<number> {
  for (let missing = length; missing > 0; ) {
    const chunk = await connection.readSome(Math.min(missing, chunkBytes));
    if (chunk === undefined) {
      const got = length - missing;
      throw new SampanError("E_CONNECTION_LOST", `the connection ended after ${got} of ${length} bytes of output`);
    }
    await output(chunk);
    missing -= chunk.length;
  }
  return length;
}

async function readUntilQuiet(connection: Connection, { waitMs, output }: ShellAsk): Promise<number> {
  let got = 0;
  while (await connection.hasMoreWithin(got === 0 ? waitMs : quietMs)) {
    const chunk = (await connection.readSome(chunkBytes)) as Buffer;
    got += chunk.length;
    await output(chunk);
  }
  if (got === 0 && connection.hasEnded) throw new SampanError("E_CONNECTION_LOST", "the server closed the connection");
  return got;
}
