import os from "node:os";
import { SampanError } from "../../wire/sampan-error.js";
import { tellFailure } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { withPeer } from "../open-remote.js";
import { findRunPlace } from "../run/remote-names.js";

export interface KillFlags {
  readonly signal?: string;
  readonly plain?: true;
}

/** sampan kill REMOTE ID…: sends a signal to commands, SIGTERM if none is named; tells of each that is not there. */
export async function kill(remote: string, ids: readonly string[], flags: KillFlags): Promise<number> {
  const name = flags.signal === undefined ? undefined : signalName(flags.signal);
  const signal = abortOnInterrupt("interrupted");
  const { link } = await findRunPlace(remote);
  return withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    let status = 0;
    for (const id of ids) {
      try {
        await peer.jobs.kill(id, name, { signal });
      } catch (thrown) {
        // One that is over already is no reason to spare the others; without a connection they cannot be told.
        if (!(thrown instanceof SampanError) || thrown.code !== "E_NOT_FOUND") throw thrown;
        status = tellFailure(thrown);
      }
    }
    return status;
  });
}

/** `TERM`, `SIGTERM`, `term` or `15` as `SIGTERM`. E_USAGE. */
export function signalName(text: string): string {
  const upper = text.toUpperCase();
  const byNumber = Object.entries(os.constants.signals).find(([, number]) => String(number) === text)?.[0];
  const name = byNumber ?? (upper.startsWith("SIG") ? upper : `SIG${upper}`);
  if (/^SIG[A-Z0-9+]{1,20}$/.test(name)) return name;
  throw new SampanError("E_USAGE", `"${text}" is not a signal; write TERM, KILL, INT or a number`);
}
