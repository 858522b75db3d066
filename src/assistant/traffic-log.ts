import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { isoMicroseconds } from "../wire/iso-time.js";
import { SampanError } from "../wire/sampan-error.js";
import type { ExchangeEvent } from "./exchange-event.js";
import { nowMicroseconds } from "./exchange-event.js";
import { plainHex } from "./hex-view.js";

/*
 * A log is NDJSON, one line an event, written before the event is shown:
 *
 *     {"event":"log","version":1,"time":…,"role":"listen","address":"tcp://127.0.0.1:7000"}
 *     {"event":"opened","time":"2026-01-02T03:04:05.678901Z","id":1,"peer":"127.0.0.1:52110"}
 *     {"event":"chunk","time":…,"id":1,"peer":…,"dir":"in","bytes":5,"hex":"68656c6c6f"}
 *     {"event":"closed","time":…,"id":1,"peer":…}                  with code and message if it was not in order
 *
 * `time` is UTC in microseconds; `bytes` is how many the hex stands for; what was sent has the dir "out".
 */

/** Who wrote a log: the side that listened, the one that connected, or a tap between the two. */
export type LogRole = "listen" | "connect" | "tap";

export const logVersion = 1;

/** Writes a log. Each line is with the system before the next event: a killed process loses none. */
export class TrafficLog {
  readonly #path: string;
  readonly #failed: (error: SampanError) => void;
  readonly #peers = new Map<number, string>();
  #file: number | undefined;

  /** Creates the file; E_EXISTS if there is one with something in it. `failed` is told once if the disk stops taking it. */
  constructor(path: string, failed: (error: SampanError) => void) {
    this.#path = path;
    this.#failed = failed;
    this.#file = createFile(path);
  }

  begin(role: LogRole, address: string): void {
    this.#line({ event: "log", version: logVersion, time: isoMicroseconds(nowMicroseconds()), role, address });
  }

  write(event: ExchangeEvent): void {
    if (event.event === "opened") this.#peers.set(event.id, event.peer);
    const about = (id: number): object => ({ time: isoMicroseconds(event.time), id, peer: this.#peers.get(id) ?? "" });
    if (event.event === "opened") this.#line({ event: "opened", ...about(event.id) });
    else if (event.event === "chunk" || event.event === "sent") {
      const dir = event.event === "chunk" ? event.dir : "out";
      this.#line({ event: "chunk", ...about(event.id), dir, bytes: event.bytes.length, hex: plainHex(event.bytes) });
    } else if (event.event === "closed") {
      const why = event.error === undefined ? {} : { code: event.error.code, message: event.error.message };
      this.#line({ event: "closed", ...about(event.id), ...why });
      this.#peers.delete(event.id);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #line(fields: object): void {
    if (this.#file === undefined) return;
    try {
      const bytes = Buffer.from(`${JSON.stringify(fields)}\n`);
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      this.close();
      this.#failed(fileError(this.#path, "written; the log ends here", cause));
    }
  }
}

function createFile(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw fileError(path, "made", cause);
  }
  const found = statSync(path);
  if (found.isFile() && found.size > 0) {
    throw new SampanError("E_EXISTS", `${path} is there already; remove it, or name another log`, { path });
  }
  try {
    return openSync(path, "w");
  } catch (cause) {
    throw fileError(path, "written", cause);
  }
}

export function fileError(path: string, what: string, cause: unknown): SampanError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const named = code === "ENOENT" ? "E_NOT_FOUND" : code === "ENOSPC" ? "E_NO_SPACE" : "E_LOCAL_FILE";
  return new SampanError(named, `${path} cannot be ${what} (${code ?? message})`, { path, cause });
}
