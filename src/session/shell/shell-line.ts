import { shellInputWindowBytes } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import { InputBacklog } from "./input-backlog.js";
import {
  readOver,
  readPosition,
  readShellId,
  readSize,
  type ShellEndWhy,
  type ShellExit,
  seenEveryBytes,
  type TerminalSize,
} from "./shell-message.js";

export interface ShellLineEvents {
  /** The server has taken this client in. */
  onReady(size: TerminalSize, keepMs: number): void;
  onOutput(bytes: Uint8Array): void;
  /** More may be typed. */
  onRoom(): void;
  /** Somebody else has changed the size of the terminal. */
  onSized(size: TerminalSize): void;
  onOver(why: ShellEndWhy, exit: ShellExit): void;
}

/** Keys in one message: little, so that a paste leaves room for what comes after. */
const inputPieceBytes = 32 * 1024;

/** A client's end of a shell, over as many connections as it takes: what was typed, what was received, what was shown. */
export class ShellLine {
  readonly #events: ShellLineEvents;
  readonly #backlog = new InputBacklog(shellInputWindowBytes);
  #channel: Channel | undefined;
  #isReady = false;
  #shell: string | undefined;
  #received: number | undefined;
  #shown = 0;
  #told = 0;
  #size: TerminalSize;

  constructor(size: TerminalSize, events: ShellLineEvents) {
    this.#size = size;
    this.#events = events;
  }

  /** The shell's id, once the server has told it. */
  get shell(): string | undefined {
    return this.#shell;
  }

  /** The position after the last byte of output that came; undefined if the screen has to be painted. */
  get received(): number | undefined {
    return this.#received;
  }

  get size(): TerminalSize {
    return this.#size;
  }

  get hasRoom(): boolean {
    return this.#backlog.hasRoom;
  }

  /** Goes on over this channel, on which the request is about to be sent. */
  attach(channel: Channel): void {
    this.#channel = channel;
    this.#isReady = false;
  }

  lost(): void {
    this.#channel = undefined;
    this.#isReady = false;
  }

  /** What was received is no longer on the screen: it is to be painted on the next connection. */
  forgetScreen(): void {
    this.#received = undefined;
  }

  type(bytes: Uint8Array): void {
    this.#backlog.add(bytes);
    this.#sendInput();
  }

  resize(size: TerminalSize): void {
    this.#size = { columns: size.columns, rows: size.rows };
    if (this.#isReady) this.#channel?.send({ kind: "shell-size", ...this.#size });
  }

  /** All output before `position` has been shown. */
  shown(position: number): void {
    this.#shown = position;
    if (position - this.#told >= seenEveryBytes / 2) this.#tellShown();
  }

  take({ header, body }: Message): void {
    switch (header.kind) {
      case "shell-ready":
        return this.#ready(
          readShellId(header),
          readPosition(header, "input"),
          readSize(header),
          readPosition(header, "keepMs"),
        );
      case "shell-output": {
        this.#taken(readPosition(header, "taken"));
        const at = readPosition(header);
        if (this.#received !== undefined && at !== this.#received)
          throw new SampanError("E_PROTOCOL", "a gap in the output of the shell");
        this.#received = at + body.length;
        return this.#events.onOutput(body);
      }
      case "shell-paint": {
        if (header.last === true) {
          this.#received = readPosition(header);
          // The server goes on when it hears that the painting is on the screen, however little that was.
          this.#told = Number.NEGATIVE_INFINITY;
        }
        return this.#events.onOutput(body);
      }
      case "shell-taken":
        return this.#taken(readPosition(header));
      case "shell-sized":
        return this.#events.onSized(readSize(header));
      case "shell-over": {
        const { why, exit } = readOver(header);
        this.#isReady = false;
        return this.#events.onOver(why, exit);
      }
      default:
        throw new SampanError("E_PROTOCOL", `"${header.kind.slice(0, 40)}" does not belong into a shell`);
    }
  }

  #ready(shell: string, input: number, size: TerminalSize, keepMs: number): void {
    this.#shell = shell;
    this.#isReady = true;
    this.#backlog.resume(input);
    this.#events.onReady(size, keepMs);
    this.#sendInput();
    this.#tellShown();
  }

  #taken(position: number): void {
    this.#backlog.taken(position);
    this.#sendInput();
    if (this.#backlog.hasRoom) this.#events.onRoom();
  }

  #sendInput(): void {
    if (!this.#isReady || !this.#channel) return;
    for (;;) {
      const piece = this.#backlog.next(inputPieceBytes);
      if (piece === undefined) return;
      this.#channel.send({ kind: "shell-input", at: piece.at }, piece.bytes);
    }
  }

  #tellShown(): void {
    this.#told = this.#shown;
    if (this.#isReady && this.#shown > 0) this.#channel?.send({ kind: "shell-seen", at: this.#shown });
  }
}
