import { discover, type FoundServer } from "../../service/discovery/discover.js";
import { printable } from "../../wire/wire-path.js";
import { countOf } from "../byte-size.js";
import { abortOnInterrupt } from "../interrupt.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import { paint, terminalTraits } from "../terminal.js";

export interface DiscoverFlags {
  readonly for?: number;
  readonly json?: true;
}

/** sampan discover: who serves on this network, a line each as it is found. */
export async function discoverServers(flags: DiscoverFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  const { color } = terminalTraits(process.stdout, process.env);
  let count = 0;
  for await (const server of discover({ signal, ...(flags.for === undefined ? {} : { forMs: flags.for }) })) {
    count++;
    process.stdout.write(flags.json ? jsonLine(foundEvent(server)) : foundText(server, color));
  }
  signal.throwIfAborted();
  if (flags.json) return 0;
  if (count > 0) process.stdout.write(`${countOf(count, "server")}\n`);
  else process.stderr.write("nobody was found; a server with --hidden is not, nor one behind a firewall\n");
  return 0;
}

function foundEvent({ udpPort, nameplate, ...server }: FoundServer): JsonEvent {
  const more = nameplate === undefined ? {} : { nameplate };
  return { event: "server", ...server, udpPort: udpPort ?? null, ...more };
}

/** Two lines: what it is, and where. All of it is a stranger's text. */
export function foundText(server: FoundServer, color: boolean): string {
  const { name, folder, addresses, port, offers, version, pairing, nameplate } = server;
  const what = `${printable(folder, 80)} on ${printable(name, 80)}`;
  const code = nameplate === undefined ? "" : `, code ${printable(nameplate)}-…`;
  const open = pairing ? [`open for pairing${code}`] : [];
  const facts = [`offers ${offers.map((offer) => printable(offer)).join(", ") || "nothing"}`, ...open];
  const places = addresses.map((address) => placeOf(address, port)).join(", ");
  const rest = paint(`  ${places} · sampan ${printable(version)} · ${server.fingerprint.slice(0, 8)}…`, "dim", color);
  return `${paint(what, "strong", color)}  ${facts.join(" · ")}\n${rest}\n`;
}

function placeOf(address: string, port: number): string {
  return printable(address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`);
}
