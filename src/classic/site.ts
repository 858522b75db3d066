import type { TextEncoding } from "../service/text-encoding.js";
import type { Connection } from "./connection.js";
import type { ServedFolder } from "./served-folder.js";
import type { ClassicListener } from "./server-event.js";

/** What a conversation at a classic server has to work with. */
export interface Site {
  readonly encoding: TextEncoding;
  readonly tell: ClassicListener;
  /** For `download` and `upload`. */
  readonly folder: ServedFolder | undefined;
  /** Where commands run. */
  readonly workingFolder: string;
  /** The most that a command may write; it is ended beyond. */
  readonly maxOutputBytes: number;
}

/** One conversation with one client, from its first byte to its end. */
export type Converse = (connection: Connection, site: Site) => Promise<void>;

/** The tutorials read with recv(1024). */
export const readBytes = 1024;

/** Bytes of one text by themselves, to be shown. */
export function decodeWhole(encoding: TextEncoding, bytes: Uint8Array): string {
  const decoder = encoding.decoder();
  return decoder.decode(bytes) + decoder.end();
}
