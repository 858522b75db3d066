import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type ProtocolName, protocolNames } from "../../classic/protocol-name.js";
import { type ClassicServer, isShell, needsFolder, startClassicServer } from "../../classic/server.js";
import type { ClassicServerEvent } from "../../classic/server-event.js";
import { textEncoding } from "../../service/text-encoding.js";
import { fileError } from "../../store/file-error.js";
import { isLoopback } from "../../transport/listen.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { classicServerLine } from "../classic/server-text.js";
import { writeOut } from "../exit.js";
import { onInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { paint, terminalTraits } from "../terminal.js";

export interface ClassicServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly dir?: string;
  readonly encoding: string;
  readonly allowShell?: true;
  readonly json?: true;
}

const defaultPort = 8080;
/** As `sampan serve` has it: a folder of its own, not whatever folder the user happens to be in. */
const defaultFolder = "sampan-files";

/** sampan classic serve PROTOCOL: serves until Ctrl-C or SIGTERM. */
export async function classicServe(name: string, flags: ClassicServeFlags): Promise<number> {
  const protocol = protocolOf(name);
  const folder = folderFor(protocol, flags.dir);
  const encoding = await textEncoding(flags.encoding);
  const tell = (event: ClassicServerEvent): void | Promise<void> => {
    const line = flags.json ? jsonLine(event) : `${classicServerLine(event, new Date())}\n`;
    // Nearly always there is room, and a promise for each of a million frames is not free.
    if (process.stdout.writableNeedDrain) return writeOut(process.stdout, line);
    process.stdout.write(line);
  };
  const ended = new Promise<void>((resolveEnd) => onInterrupt(resolveEnd));
  const server = await startClassicServer({
    protocol,
    port: flags.port ?? defaultPort,
    encoding,
    allowShell: flags.allowShell ?? false,
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(folder === undefined ? {} : { folder }),
    onEvent: tell,
  });
  const { host, port } = server;
  if (flags.json) process.stdout.write(jsonLine({ event: "listening", port, host, protocol }));
  else process.stdout.write(welcome(protocol, server, folder));
  if (isShell(protocol)) process.stderr.write(shellWarning(server));
  await ended;
  if (!flags.json) process.stderr.write("sampan: closing; Ctrl-C again ends it at once\n");
  await server.close();
  return 0;
}

function protocolOf(name: string): ProtocolName {
  const found = protocolNames.find((one) => one === name);
  if (found !== undefined) return found;
  throw new SampanError("E_USAGE", `no protocol is called "${name}"; there are ${protocolNames.join(", ")}`);
}

function folderFor(protocol: ProtocolName, given: string | undefined): string | undefined {
  if (!needsFolder(protocol)) {
    if (given !== undefined && !isShell(protocol))
      throw new SampanError("E_USAGE", `${protocol} has no files for --dir`);
    return given === undefined ? undefined : resolve(given);
  }
  const folder = resolve(given ?? defaultFolder);
  try {
    if (given === undefined) mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
}

function welcome(protocol: ProtocolName, { host, port }: ClassicServer, folder: string | undefined): string {
  const { color } = terminalTraits(process.stdout, process.env);
  const where = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const files = folder === undefined ? "" : ` in ${printable(folder, 4096)}`;
  const open = isLoopback(host) ? "" : "Note: other machines can connect, and there is no password.\n";
  const serving = `Serving ${paint(protocol, "strong", color)}${files} on ${paint(where, "strong", color)}.\n`;
  return `${serving}${open}Ctrl-C ends it.\n`;
}

function shellWarning({ host }: ClassicServer): string {
  const { color } = terminalTraits(process.stderr, process.env);
  const who = isLoopback(host) ? "anyone on this machine" : "anyone on the network";
  const text = `warning: ${who} who connects can run anything as you: there is no password, and nothing is sealed`;
  return `${paint(`sampan: ${text}`, "warning", color)}\n`;
}
