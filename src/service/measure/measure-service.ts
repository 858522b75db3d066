import { measureRequests } from "../../session/measure/measure-requests.js";
import type { RequestHandler } from "../../session/served-connection.js";
import { tryDisk } from "../../store/disk-trial.js";
import { systemClock } from "../../transport/system-clock.js";
import { readWholeNumber } from "../../wire/field.js";
import { maxDiskTrialBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { ServedService } from "../served-service.js";
import { ownSpeeds } from "./own-speeds.js";

/*
 *   speeds            → end {cipher, digest, sendBuffer?, receiveBuffer?}      bytes a second; bytes
 *   disk {bytes}      → end {bytes, write, sync, read}                         microseconds
 */

/** What explains how fast a transfer with this server can be. */
export function measureService(folder: string): ServedService {
  const disk = new OneDiskTrial(folder);
  return {
    requests: () =>
      new Map<string, RequestHandler>([
        ...measureRequests(systemClock),
        [
          "speeds",
          {
            right: "read",
            endsConnection: false,
            handle: async (_request, { channel }) => channel.send({ kind: "end", ...(await ownSpeeds()) }),
          },
        ],
        [
          "disk",
          {
            right: "write",
            endsConnection: false,
            handle: async ({ header }, { channel }) => {
              const bytes = readWholeNumber(header, "bytes", maxDiskTrialBytes, 1);
              const { writeMs, syncMs, readMs } = await disk.run(bytes);
              const micros = (ms: number) => Math.round(ms * 1000);
              channel.send({ kind: "end", bytes, write: micros(writeMs), sync: micros(syncMs), read: micros(readMs) });
            },
          },
        ],
      ]),
    close: () => disk.close(),
  };
}

/** One trial at a time: several would measure each other. */
class OneDiskTrial {
  readonly #folder: string;
  readonly #closing = new AbortController();
  #running: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async run(bytes: number) {
    if (this.#running) throw new SampanError("E_BUSY", "another trial of the disk is running; try again later");
    const trial = tryDisk(this.#folder, bytes, this.#closing.signal);
    this.#running = trial.catch(() => {});
    try {
      return await trial;
    } finally {
      this.#running = undefined;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new SampanError("E_CONNECTION_LOST", "the server is closing"));
    await this.#running;
  }
}
