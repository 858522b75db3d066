import type { Socket } from "node:net";
import { memberName } from "../../session/chat/chat-name.js";
import type { Member, News, Outlet, Room } from "../../session/chat/room.js";
import { type Said, saidText } from "../../session/chat/said.js";
import { SayRate } from "../../session/chat/say-rate.js";
import { systemClock } from "../../transport/system-clock.js";
import { toSampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import type { ServerEvent } from "../api.js";
import type { TextEncoding } from "../text-encoding.js";
import { ClassicLines } from "./classic-lines.js";

/** A client that does not read is put out when so much waits for it. */
const maxUnsentBytes = 256 * 1024;
/** A message longer than this is shown in part: it is text for people to read as it scrolls by. */
const maxShownLength = 16 * 1024;
/** So many of the last messages are shown to whoever comes in. */
const historyShown = 10;
const lingerMs = 2000;

/** A client of the plain text room. */
export class ClassicMember implements Outlet {
  readonly #socket: Socket;
  readonly #encoding: TextEncoding;
  readonly #tell: (event: ServerEvent) => void;
  readonly #lines: ClassicLines;
  readonly #rate = new SayRate();
  readonly #address: string;
  #room: Room | undefined;
  #member: Member | undefined;
  #isOver = false;
  #resting: NodeJS.Timeout | undefined;

  constructor(socket: Socket, encoding: TextEncoding, onOver: () => void, tell: (event: ServerEvent) => void) {
    this.#socket = socket;
    this.#encoding = encoding;
    this.#tell = tell;
    this.#address = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#lines = new ClassicLines(encoding, (line) => this.#take(line));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#lines.close();
      this.#leave();
      onOver();
    });
  }

  /** Begins once the room is open. */
  enter(room: Room): void {
    if (this.#isOver || this.#socket.destroyed) return;
    this.#room = room;
    this.#member = this.#join("guest-1");
    this.#welcome(room).catch((thrown) => this.putOut(toSampanError(thrown).message));
  }

  hear(news: News): void {
    if (news.news === "said") this.#show(news.said);
    else if (news.news !== "typing") {
      const names = news.names.filter((name) => name !== this.#member?.name).map((name) => printable(name));
      if (names.length > 0) this.#write(`* ${names.join(", ")} ${news.news === "came" ? "came in" : "left"}`);
    }
  }

  over(error: Error): void {
    this.putOut(error.message);
  }

  /** Says why, and closes. */
  putOut(why: string): void {
    if (this.#isOver) return;
    this.#write(`* ${printable(why)}`);
    this.#leave();
    this.#lines.close();
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), lingerMs);
    this.#socket.once("close", () => clearTimeout(timer));
    // What still comes is read and dropped, lest the close lose the last line.
    this.#socket.removeAllListeners("data").resume();
  }

  async #welcome(room: Room): Promise<void> {
    const member = this.#member as Member;
    const others = room.members.filter((name) => name !== member.name);
    const shown = others.slice(0, 20).map((name) => printable(name));
    const rest = others.length - shown.length;
    const here = `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    this.#write(
      `* Room ${printable(room.name)}. Here: ${here || "nobody else"}. You are ${printable(member.name)}; /name NAME changes it, /quit leaves.`,
    );
    const { history } = room;
    let seq = Math.max(history.firstSeq - 1, history.lastSeq - historyShown);
    while (seq < history.lastSeq && !this.#isOver) {
      const list = await history.read(seq);
      for (const said of list) this.#show(said);
      seq = list.at(-1)?.seq ?? seq + 1;
    }
    if (this.#isOver) return;
    member.isLive = true;
    this.#socket.on("data", (chunk) => {
      try {
        this.#lines.push(chunk);
      } catch (thrown) {
        this.putOut(toSampanError(thrown).message);
      }
    });
    this.#socket.on("end", () => {
      this.#lines.end();
      this.#leave();
      this.#socket.end();
    });
  }

  #take(line: string): void {
    const room = this.#room;
    const member = this.#member;
    if (this.#isOver || !room || !member || line === "") return;
    if (line === "/quit") return this.putOut("Bye.");
    const [, wanted] = /^\/name (.*)$/.exec(line) ?? [];
    if (wanted !== undefined) return this.#rename(wanted);
    const now = systemClock.nowMs();
    const text = Buffer.from(line);
    this.#rate.take(now, text.length);
    room.say(member, text);
    // Too fast: the next is heard a little later, and the client is slowed down by its own unsent bytes.
    const waitMs = this.#rate.waitMs(now);
    if (waitMs === 0 || this.#resting) return;
    this.#socket.pause();
    this.#resting = setTimeout(() => {
      this.#resting = undefined;
      this.#socket.resume();
    }, waitMs);
  }

  #rename(wanted: string): void {
    const before = this.#member as Member;
    let name: string;
    try {
      name = memberName(wanted);
    } catch (thrown) {
      this.#write(`* ${toSampanError(thrown).message}`);
      return;
    }
    this.#leave();
    this.#isOver = false;
    this.#member = this.#join(name);
    this.#member.isLive = before.isLive;
    this.#write(`* You are ${printable(this.#member.name)} now.`);
  }

  #join(wanted: string): Member {
    const room = this.#room as Room;
    const free = wanted === "guest-1" ? freeGuestName(room) : wanted;
    const member = room.join(free, undefined, this);
    this.#tell({ event: "chat-joined", address: this.#address, room: room.name, name: member.name });
    return member;
  }

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#resting);
    const room = this.#room;
    const member = this.#member;
    if (!room || !member) return;
    room.leave(member);
    this.#tell({ event: "chat-left", address: this.#address, room: room.name, name: member.name });
  }

  #show({ at, from, text, file }: Said): void {
    const shownAt = new Date(at).toTimeString().slice(0, 5);
    const whole = saidText(text);
    const cut = whole.length > maxShownLength ? `${whole.slice(0, maxShownLength)} …` : whole;
    const lines = cut.replaceAll("\t", " ").split(/\r?\n/);
    if (file) lines.push(`[file ${file.name}, ${file.bytes} bytes]`);
    for (const line of lines) {
      if (line === "" && file) continue;
      this.#write(`[${shownAt}] ${printable(from)}: ${printable(line, 2 * maxShownLength)}`);
    }
  }

  #write(line: string): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#socket.write(this.#encoding.encode(`${line}\n`));
    if (this.#socket.writableLength > maxUnsentBytes) this.#socket.destroy();
  }
}

function freeGuestName(room: Room): string {
  const taken = new Set(room.members);
  for (let number = 1; ; number++) if (!taken.has(`guest-${number}`)) return `guest-${number}`;
}
