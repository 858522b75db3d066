import { readStrings } from "../../wire/field.js";
import { maxSources } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { checkWirePath } from "../../wire/wire-path.js";
import type { Peer } from "../api.js";
import type { HostPort } from "../host-port.js";
import { parseLink } from "../link-text.js";
import { pairByCode } from "../pairing/find-by-code.js";
import { pairWith } from "../pairing/pair-with.js";
import { PeerDoor } from "../peer-door.js";
import { RemotePeer } from "../remote-peer.js";

export interface ReceiveOptions {
  /** Where the code is shown; looked for on the network if not given. */
  readonly place?: HostPort | undefined;
  /** How long to look for it. Default 10,000. */
  readonly forMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What somebody hands over, found by its code. */
export type Received = ReceivedText | ReceivedFiles;

export interface ReceivedText {
  /** Its sender's: to be escaped before it is printed. */
  readonly text: string;
}

export interface ReceivedFiles {
  /** To be fetched from the peer's root. */
  readonly names: readonly string[];
  readonly peer: Peer;
}

/** Finds what is handed over by a code. Files are fetched with `peer.files.get`; close the peer afterwards. */
export async function receive(code: string, options: ReceiveOptions = {}): Promise<Received> {
  const { place, signal, forMs } = options;
  const found = place
    ? await pairWith({ ...place, code, signal })
    : await pairByCode(code, { ...(forMs === undefined ? {} : { forMs }), signal });
  const link = parseLink(found.link);
  const connect = signal ? { signal } : {};
  const door = new PeerDoor(link, connect);
  const { names, text } = await askWhat(door, signal);
  await door.close();
  if (text !== undefined) return { text };
  // The port is another the next time: what arrived before is found by who sends it.
  const peer = await RemotePeer.open(link, connect, `handover ${link.fingerprint}`);
  return { names, peer };
}

async function askWhat(
  door: PeerDoor,
  signal: AbortSignal | undefined,
): Promise<{ names: readonly string[]; text: string | undefined }> {
  const connection = await door.take(signal);
  let text: string | undefined;
  const end = await connection.call(
    { kind: "handover" },
    ({ header, body }) => {
      if (header.kind !== "handover-text") throw new SampanError("E_PROTOCOL", "this does not belong into a hand-over");
      text = new TextDecoder().decode(body);
    },
    signal,
  );
  door.give(connection);
  const names = readStrings(end, "names", maxSources, 1024);
  for (const name of names) {
    checkWirePath(name);
    if (name.includes("/") || name === "")
      throw new SampanError("E_UNSAFE_NAME", "a name that is handed over is one part of a path");
  }
  return { names, text };
}
