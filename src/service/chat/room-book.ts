import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { FanOut } from "../../session/chat/fan-out.js";
import { Room } from "../../session/chat/room.js";
import type { HeldBytes } from "../../session/chat/say-intake.js";
import { systemClock } from "../../transport/system-clock.js";
import { maxRooms } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { HistoryFile, type RoomsDisk } from "./history-file.js";
import { roomOfHead } from "./history-line.js";
import { firstLine } from "./history-scan.js";
import { lockRooms } from "./rooms-lock.js";

/** An empty room is let go of after so long: its index leaves the memory, its history stays. */
const idleMs = 60_000;

export interface RoomBookOptions {
  /** Where the histories lie: one file a room. */
  readonly folder: string;
  /** A room's history cannot be written as it should be. */
  readonly onTrouble: (room: string, message: string) => void;
}

/** A room as it is listed. */
export interface RoomFacts {
  readonly room: string;
  /** Members just now. */
  readonly members: number;
  /** When something was last said, in milliseconds since 1970. */
  readonly lastAt?: number;
}

interface OpenRoom {
  readonly room: Room;
  readonly history: HistoryFile;
  idle: NodeJS.Timeout | undefined;
}

/** The rooms of a served folder. */
export class RoomBook {
  readonly fanOut = new FanOut(systemClock);
  readonly held: HeldBytes = { bytes: 0 };
  readonly #options: RoomBookOptions;
  readonly #disk: RoomsDisk = { bytes: 0 };
  readonly #files = new Map<string, string>();
  readonly #opening = new Map<string, Promise<OpenRoom>>();
  readonly #open = new Map<string, OpenRoom>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #era = randomBytes(9).toString("base64url");
  #unlock: (() => void) | undefined;
  #isClosed = false;

  constructor(options: RoomBookOptions) {
    this.#options = options;
    for (const [room, file] of roomsIn(options.folder)) this.#files.set(room, file);
    for (const file of this.#files.values()) this.#disk.bytes += fs.statSync(file).size;
  }

  /** A room by its checked name; it is made if it is not there. E_BUSY when there are too many. */
  async open(name: string): Promise<Room> {
    for (;;) {
      const closing = this.#closing.get(name);
      if (!closing) break;
      await closing;
    }
    if (this.#isClosed) throw closingError();
    const there = this.#open.get(name);
    if (there) {
      this.#watchIdle(there);
      return there.room;
    }
    let opening = this.#opening.get(name);
    if (!opening) {
      opening = this.#make(name).finally(() => this.#opening.delete(name));
      this.#opening.set(name, opening);
    }
    const { room } = await opening;
    return room;
  }

  /** A room that nobody may be in any more. */
  letGo(room: Room): void {
    const open = this.#open.get(room.name);
    if (open?.room === room) this.#watchIdle(open);
  }

  list(): RoomFacts[] {
    const names = new Set([...this.#files.keys(), ...this.#open.keys()]);
    return [...names].sort().map((room) => {
      const lastAt = modifiedAt(this.#files.get(room));
      return {
        room,
        members: this.#open.get(room)?.room.members.length ?? 0,
        ...(lastAt === undefined ? {} : { lastAt }),
      };
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#opening.values());
    for (const open of this.#open.values()) this.#close(open, closingError());
    await Promise.all(this.#closing.values());
    this.#unlock?.();
  }

  async #make(name: string): Promise<OpenRoom> {
    const isKnown = this.#files.has(name);
    if (!isKnown && new Set([...this.#files.keys(), ...this.#opening.keys()]).size >= maxRooms) {
      throw new SampanError(
        "E_BUSY",
        `there are ${maxRooms} rooms, which is as many as the server keeps: go into one of them`,
      );
    }
    const { folder, onTrouble } = this.#options;
    this.#unlock ??= lockRooms(folder);
    const file = this.#files.get(name) ?? path.join(folder, fileNameOf(name));
    if (isKnown) this.#disk.bytes -= sizeOf(file);
    this.#files.set(name, file);
    try {
      const history = await HistoryFile.open(file, name, this.#disk, (message) => onTrouble(name, message));
      const room = new Room({ name, era: this.#era, history, clock: systemClock, date: Date.now });
      const open: OpenRoom = { room, history, idle: undefined };
      this.#open.set(name, open);
      this.#watchIdle(open);
      return open;
    } catch (cause) {
      if (!isKnown) this.#files.delete(name);
      throw new SampanError("E_LOCAL_FILE", `the history of the room "${name}" cannot be opened at the server`, {
        cause,
      });
    }
  }

  #watchIdle(open: OpenRoom): void {
    clearTimeout(open.idle);
    open.idle = setTimeout(() => {
      if (open.room.members.length === 0) this.#close(open, closingError());
    }, idleMs);
    open.idle.unref();
  }

  #close(open: OpenRoom, error: SampanError): void {
    const { name } = open.room;
    clearTimeout(open.idle);
    this.#open.delete(name);
    open.room.close(error);
    const closed = (async () => {
      await open.history.close();
      this.#closing.delete(name);
      const file = this.#files.get(name);
      if (file === undefined) return;
      if (fs.existsSync(file)) this.#disk.bytes += sizeOf(file);
      else this.#files.delete(name);
    })();
    this.#closing.set(name, closed);
  }
}

function closingError(): SampanError {
  return new SampanError("E_CONNECTION_LOST", "the server is closing");
}

/** Something to recognise, and a hash, as systems differ in which names they tell apart. */
function fileNameOf(room: string): string {
  const hash = createHash("sha256").update(room).digest("hex").slice(0, 16);
  return `${room.replace(/[^a-z0-9._-]+/g, "_").slice(0, 40)}-${hash}.ndjson`;
}

function roomsIn(folder: string): [room: string, file: string][] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const line = firstLine(file);
      const room = line === undefined ? undefined : roomOfHead(line);
      return room === undefined ? [] : [[room, file] as [string, string]];
    });
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function modifiedAt(file: string | undefined): number | undefined {
  const stats = file === undefined ? undefined : fs.statSync(file, { throwIfNoEntry: false });
  return stats && stats.size > 0 ? Math.round(stats.mtimeMs) : undefined;
}
