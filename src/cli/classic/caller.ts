import { parsePeerAddress } from "../../classic/address.js";
import { Caller, type CallerEvent } from "../../classic/caller.js";
import { type TextEncoding, textEncoding } from "../../service/text-encoding.js";
import { printable } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";

/** The flags that all classic clients take. */
export interface ClassicFlags {
  readonly encoding: string;
  readonly retry?: number;
  readonly json?: true;
}

/** As many tries as the tutorials' clients make. */
export const defaultTries = 10;

export interface ClassicCall {
  readonly caller: Caller;
  readonly encoding: TextEncoding;
  readonly signal: AbortSignal;
}

/** What a command needs to talk to a TCP server; nothing is connected yet. */
export async function callerFor(
  address: string,
  flags: ClassicFlags,
  print: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<ClassicCall> {
  const signal = abortOnInterrupt("interrupted");
  const encoding = await textEncoding(flags.encoding);
  const onEvent = (event: CallerEvent): void => {
    if (flags.json) process.stdout.write(jsonLine(event));
    else if (event.event === "retry" && event.attempt === 1) print(`sampan: ${printable(event.message)}; trying again`);
  };
  const peer = parsePeerAddress(address, "tcp");
  return {
    caller: new Caller({ address: peer, tries: flags.retry ?? defaultTries, signal, onEvent }),
    encoding,
    signal,
  };
}
