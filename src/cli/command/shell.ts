import type { Peer } from "../../service/api.js";
import type { ListedShell } from "../../service/shell/shell-api.js";
import { isPassedVariable } from "../../session/shell/shell-message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { formatDuration } from "../duration.js";
import { jsonLine } from "../json-event.js";
import { withPeer } from "../open-remote.js";
import { findRunPlace } from "../run/remote-names.js";
import { joinTerminal } from "../shell/join-terminal.js";
import { type WayFlags, wayOptions } from "../way.js";

export interface ShellFlags extends WayFlags {
  readonly list?: true;
  readonly attach?: string;
  readonly readOnly?: true;
  readonly end?: string;
  readonly keep?: number;
  readonly json?: true;
}

/** sampan shell REMOTE: a shell in a terminal there. The exit status is the shell's. */
export async function shell(remote: string, command: readonly string[], flags: ShellFlags): Promise<number> {
  const place = await findRunPlace(remote);
  return withPeer(place.link, wayOptions(flags), async (peer) => {
    if (flags.list) return list(peer, flags.json ?? false);
    if (flags.end !== undefined) {
      await peer.shells.end(flags.end);
      return 0;
    }
    if (flags.readOnly && flags.attach === undefined)
      throw new SampanError("E_USAGE", "--read-only goes with --attach ID");
    if (flags.attach !== undefined && command.length > 0)
      throw new SampanError("E_USAGE", "--attach takes up what runs already: leave out the command");
    if (!process.stdin.isTTY || !process.stdout.isTTY)
      throw new SampanError("E_USAGE", 'a shell needs a terminal; to run something from a script use "sampan run"');
    return joinTerminal(peer, {
      command,
      folder: place.cwd,
      environment: passedEnvironment(),
      ...(flags.attach === undefined ? {} : { attach: flags.attach }),
      ...(flags.readOnly ? { readOnly: true } : {}),
      ...(flags.keep === undefined ? {} : { keepMs: flags.keep }),
    });
  });
}

function passedEnvironment(): Record<string, string> {
  const own = Object.entries(process.env) as [string, string][];
  return Object.fromEntries(own.filter(([name, value]) => isPassedVariable(name, value)));
}

async function list(peer: Peer, json: boolean): Promise<number> {
  const shells = await peer.shells.list();
  for (const one of shells) process.stdout.write(json ? jsonLine({ event: "shell", ...one }) : `${listLine(one)}\n`);
  if (shells.length === 0 && !json) process.stderr.write("sampan: no shells run there\n");
  return 0;
}

function listLine({ id, command, columns, rows, ageSeconds, aloneSeconds, viewers, hasWriter }: ListedShell): string {
  const who =
    aloneSeconds !== undefined
      ? `alone for ${formatDuration(aloneSeconds)}`
      : `${viewers} attached${hasWriter ? "" : ", all looking only"}`;
  const size = `${columns}×${rows}`.padEnd(8);
  return `${printable(id)}  ${size} ${formatDuration(ageSeconds).padStart(12)}  ${who.padEnd(24)}  ${printable(command.join(" "))}`;
}
