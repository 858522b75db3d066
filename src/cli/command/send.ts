import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ServerEvent } from "../../service/api.js";
import { type HandOver, type HandOverOptions, handOver } from "../../service/handover/hand-over.js";
import { SampanError } from "../../wire/sampan-error.js";
import { formatDuration } from "../duration.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { qrText } from "../pairing/qr-text.js";
import { serverLine } from "../server-text.js";
import { paint, terminalTraits } from "../terminal.js";

export interface SendFlags {
  readonly text?: string | true;
  readonly times: number;
  readonly for: number;
  readonly host?: string;
  readonly port?: number;
  readonly name: string;
  readonly hidden?: true;
  readonly qr?: true;
  readonly json?: true;
}

/** sampan send PATH…: waits until somebody has fetched it with the code. */
export async function send(paths: readonly string[], flags: SendFlags): Promise<number> {
  const spool = new Spool();
  const signal = abortOnInterrupt("interrupted; what was waiting to be fetched is gone");
  try {
    const what = await whatToSend(paths, flags, spool);
    const offer = await handOver(what, { ...options(flags), signal });
    try {
      await tellCode(offer, flags);
      await offer.done;
    } finally {
      await offer.close();
    }
  } finally {
    spool.remove();
  }
  if (!flags.json) process.stdout.write("Done.\n");
  return 0;
}

function options({ times, for: forMs, host, port, hidden, json }: SendFlags): HandOverOptions {
  return {
    times,
    forMs,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    hidden: hidden ?? false,
    onEvent: json ? (event) => void process.stdout.write(jsonLine({ ...event })) : tell,
  };
}

/** The connections of one receiver are of no interest; what is fetched is. */
function tell(event: ServerEvent): void {
  if (event.event === "peer") return;
  process.stdout.write(`${serverLine(event, new Date())}\n`);
}

async function tellCode({ code, host, port }: HandOver, flags: SendFlags): Promise<void> {
  if (flags.json) {
    process.stdout.write(jsonLine({ event: "waiting", code, host, port, times: flags.times, forMs: flags.for }));
    return;
  }
  const { color, live } = terminalTraits(process.stdout, process.env);
  const command = paint(`sampan receive ${code}`, "strong", color);
  const elsewhere = `sampan receive ${code} --host ${host.includes(":") ? `[${host}]` : host}:${port}`;
  process.stdout.write(
    `Waiting for ${formatDuration(flags.for / 1000)} to be fetched. On the other machine:\n\n    ${command}\n\n` +
      `or, where it is not found by itself:\n\n    ${elsewhere}\n\n`,
  );
  if (flags.qr ?? live) process.stdout.write(`${await qrText(code)}\n`);
}

async function whatToSend(
  paths: readonly string[],
  flags: SendFlags,
  spool: Spool,
): Promise<readonly string[] | { readonly text: string }> {
  if (flags.text !== undefined) {
    if (paths.length > 0) throw new SampanError("E_USAGE", "--text goes alone; files are sent by another command");
    return { text: flags.text === true ? await readText() : flags.text };
  }
  if (paths.length === 0)
    throw new SampanError("E_USAGE", 'send what? Name files or folders, "-" for standard input, or --text');
  if (!paths.includes("-")) return paths;
  if (paths.filter((path) => path === "-").length > 1) throw new SampanError("E_USAGE", '"-" can be given once');
  const spooled = await spool.take(process.stdin, flags.name);
  return paths.map((path) => (path === "-" ? spooled : path));
}

async function readText(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += String(chunk);
  return text;
}

/** Standard input on disk: it can be read once, and a receiver may come twice. */
class Spool {
  #folder: string | undefined;

  async take(input: NodeJS.ReadableStream, name: string): Promise<string> {
    if (name.includes("/") || name === "" || name === "." || name === "..") {
      throw new SampanError("E_USAGE", "--name takes the name of a file, without folders");
    }
    this.#folder = mkdtempSync(join(tmpdir(), "sampan-send-"));
    const file = join(this.#folder, name);
    await pipeline(input, createWriteStream(file, { mode: 0o600 }));
    return file;
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
