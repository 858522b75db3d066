import fs from "node:fs";
import path from "node:path";
import type { RoomHistory } from "../../session/chat/room.js";
import type { Said } from "../../session/chat/said.js";
import { SaidIds } from "../../session/chat/said-ids.js";
import { errnoOf } from "../../store/file-error.js";
import { maxAllRoomsBytes, maxRoomBytes, maxRoomMessages } from "../../wire/limits.js";
import { copyRange, copyRest, syncFile } from "./history-copy.js";
import { HistoryIndex } from "./history-index.js";
import { headLine, historyLine, saidOfLine } from "./history-line.js";
import { type Place, scanHistory } from "./history-scan.js";

const MiB = 1024 * 1024;

/** What was said reaches the disk within so long; until then only a crash of the machine can lose it. */
const syncAfterMs = 500;
const readBytes = 256 * 1024;
/** The file is written anew when it holds so much that is forgotten. */
const slackMessages = maxRoomMessages / 2;
const slackBytes = 16 * MiB;
/** What could not be written is kept in memory until it can be, up to here. */
const mostUnwrittenBytes = 1 * MiB;

/** Bytes on the disk in all rooms together. */
export interface RoomsDisk {
  bytes: number;
}

/** A room's messages on disk. Appending is a plain write, so that the answer says whether it is kept. */
export class HistoryFile implements RoomHistory {
  readonly #path: string;
  readonly #head: Buffer;
  readonly #disk: RoomsDisk;
  readonly #onTrouble: (message: string) => void;
  readonly #index = new HistoryIndex();
  readonly #ids = new SaidIds();
  /** Said and not written: the disk was full. */
  #unwritten: Said[] = [];
  #unwrittenBytes = 0;
  #fd: number;
  #bytes = 0;
  /** Where the oldest remembered message begins. */
  #goneBytes = 0;
  #goneMessages = 0;
  #lastSeq = 0;
  #isFull = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isCompacting = false;

  private constructor(file: string, fd: number, room: string, disk: RoomsDisk, onTrouble: (message: string) => void) {
    this.#path = file;
    this.#head = headLine(room);
    this.#fd = fd;
    this.#disk = disk;
    this.#onTrouble = onTrouble;
  }

  /** Opens the history at `file`, or begins one; cuts off what was half written. */
  static async open(
    file: string,
    room: string,
    disk: RoomsDisk,
    onTrouble: (message: string) => void,
  ): Promise<HistoryFile> {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT | (fs.constants.O_NOFOLLOW ?? 0), 0o600);
    const history = new HistoryFile(file, fd, room, disk, onTrouble);
    try {
      await history.#load();
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
    return history;
  }

  get firstSeq(): number {
    return this.#index.oldest?.seq ?? this.#unwritten[0]?.seq ?? this.#lastSeq + 1;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get count(): number {
    return this.#index.count + this.#unwritten.length;
  }

  has(client: string, id: number): boolean {
    return this.#ids.has(client, id);
  }

  append(said: Said): boolean {
    this.#lastSeq = said.seq;
    if (said.client !== undefined && said.id !== undefined) this.#ids.note(said.client, said.id, said.seq);
    this.#hold(said);
    this.#flush();
    return this.#unwritten.length === 0;
  }

  async read(seq: number): Promise<readonly Said[]> {
    const places = this.#index.after(seq, readBytes);
    const [first] = places;
    const last = places.at(-1);
    if (!first || !last)
      return this.#unwritten.filter((said) => said.seq > seq).map((said) => ({ ...said, kept: false }));
    const buffer = Buffer.alloc(last.offset + last.length - first.offset);
    // Synchronous: the file may be swapped for a shorter one between two turns, and it is in the system's memory anyway.
    const count = fs.readSync(this.#fd, buffer, 0, buffer.length, first.offset);
    return places.flatMap(({ offset, length }) => {
      const at = offset - first.offset;
      return (at + length <= count && saidOfLine(buffer.toString("utf8", at, at + length))) || [];
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#syncTimer);
    await this.#work;
    this.#flush();
    clearTimeout(this.#syncTimer);
    this.#disk.bytes -= this.#bytes;
    try {
      fs.fdatasyncSync(this.#fd);
    } catch (error) {
      this.#onTrouble(`the last messages may not be on the disk (${errnoOf(error)})`);
    }
    fs.closeSync(this.#fd);
    // A room in which nothing was ever said leaves nothing.
    if (this.count === 0 && this.#lastSeq === 0) fs.rmSync(this.#path, { force: true });
  }

  async #load(): Promise<void> {
    const file = await fs.promises.open(this.#path, "r");
    try {
      const note = (said: Said, place: Place) => {
        this.#index.add(place);
        this.#lastSeq = said.seq;
        if (said.client !== undefined && said.id !== undefined) this.#ids.note(said.client, said.id, said.seq);
      };
      this.#bytes = await scanHistory(file, note);
    } finally {
      await file.close();
    }
    fs.ftruncateSync(this.#fd, this.#bytes);
    this.#disk.bytes += this.#bytes;
    this.#forget();
  }

  #hold(said: Said): void {
    this.#unwritten.push(said);
    this.#unwrittenBytes += said.text.length;
    while (this.#unwritten.length > 1 && this.#unwrittenBytes > mostUnwrittenBytes) {
      this.#unwrittenBytes -= this.#unwritten.shift()?.text.length ?? 0;
    }
  }

  /** Writes what is not written yet, as far as it goes. */
  #flush(): void {
    if (this.#unwritten.length === 0 || (this.#bytes === 0 && !this.#write(this.#head))) return;
    for (let said = this.#unwritten[0]; said; said = this.#unwritten[0]) {
      const line = historyLine(said);
      const offset = this.#bytes;
      if (!this.#write(line)) return;
      this.#unwritten.shift();
      this.#unwrittenBytes -= said.text.length;
      this.#index.add({ seq: said.seq, offset, length: line.length });
    }
    this.#forget();
    this.#syncTimer ??= setTimeout(() => this.#sync(), syncAfterMs);
  }

  /** Adds a line whole or not at all. */
  #write(line: Buffer): boolean {
    let why = `all rooms together have reached ${maxAllRoomsBytes / MiB} MiB`;
    if (this.#disk.bytes + line.length <= maxAllRoomsBytes) {
      try {
        for (let at = 0; at < line.length; ) at += fs.writeSync(this.#fd, line, at, line.length - at, this.#bytes + at);
        this.#bytes += line.length;
        this.#disk.bytes += line.length;
        this.#isFull = false;
        return true;
      } catch (error) {
        why = errnoOf(error) ?? String(error);
        fs.ftruncateSync(this.#fd, this.#bytes);
      }
    }
    if (!this.#isFull) this.#onTrouble(`messages cannot be kept (${why})`);
    this.#isFull = true;
    return false;
  }

  #forget(): void {
    const index = this.#index;
    for (let oldest = index.oldest; oldest; oldest = index.oldest) {
      this.#goneBytes = oldest.offset;
      if (index.count <= maxRoomMessages && this.#bytes - oldest.offset <= maxRoomBytes) break;
      index.drop(1);
      this.#goneMessages++;
    }
    const isWorthIt = this.#goneMessages >= slackMessages || this.#goneBytes >= slackBytes;
    if (!isWorthIt || this.#isCompacting) return;
    this.#isCompacting = true;
    this.#work = this.#work
      .then(() => this.#compact())
      .catch((error) => this.#onTrouble(`the history could not be shortened (${errnoOf(error)})`))
      .finally(() => {
        this.#isCompacting = false;
      });
  }

  /** Copies what is remembered to a file of its own, while more is said, and puts that in the place of the old one. */
  async #compact(): Promise<void> {
    const from = this.#goneBytes;
    const temporary = `${this.#path}.tmp`;
    const head = Buffer.alloc(Math.min(1024, from));
    fs.readSync(this.#fd, head, 0, head.length, 0);
    const headBytes = head.indexOf(0x0a) + 1;
    const fd = fs.openSync(temporary, "w+", 0o600);
    try {
      fs.writeSync(fd, head, 0, headBytes);
      const copied = await copyRange(this.#fd, from, () => this.#bytes, fd, headBytes);
      await syncFile(fd);
      copyRest(this.#fd, from + copied, this.#bytes, fd, headBytes + copied);
      fs.renameSync(temporary, this.#path);
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    fs.closeSync(this.#fd);
    this.#fd = fd;
    const gone = from - headBytes;
    this.#bytes -= gone;
    this.#goneBytes -= gone;
    this.#disk.bytes -= gone;
    this.#goneMessages = 0;
    this.#index.shift(gone);
    this.#syncTimer ??= setTimeout(() => this.#sync(), syncAfterMs);
  }

  #sync(): void {
    this.#syncTimer = undefined;
    this.#work = this.#work
      .then(() => syncFile(this.#fd))
      .catch((error) => this.#onTrouble(`messages may not be on the disk (${errnoOf(error)})`));
  }
}
