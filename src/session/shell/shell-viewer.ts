import { shellOutputWindowBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { OutputRing } from "./output-ring.js";
import { type ShellEndWhy, type ShellExit, seenEveryBytes, type TerminalSize } from "./shell-message.js";

/** Output in one message: little, so that keys are answered in between. */
const pieceBytes = 64 * 1024;

export interface ViewerOptions {
  readonly channel: Channel;
  readonly ring: OutputRing;
  readonly readOnly: boolean;
  readonly key: string;
  /** Where the output that the client has ends; undefined if it wants the screen painted. */
  readonly received: number | undefined;
  readonly paint: (history: boolean) => Promise<{ at: number; bytes: Uint8Array }>;
  /** The position up to which this client's input was taken. */
  readonly taken: () => number;
}

/** One client that looks at a shell: sends it the output at its own pace. */
export class ShellViewer {
  readonly key: string;
  readonly readOnly: boolean;
  /** Resolves when the client is to be told that it is over for it; never when it just went away. */
  readonly over: Promise<{ readonly why: ShellEndWhy; readonly exit?: ShellExit }>;
  readonly #options: ViewerOptions;
  #finish: (end: { readonly why: ShellEndWhy; readonly exit?: ShellExit }) => void = () => {};
  #sent: number | undefined;
  #seen: number;
  #painting = false;
  #told = 0;
  #exit: ShellExit | undefined;
  #stopped = false;

  constructor(options: ViewerOptions) {
    const { received, ring } = options;
    this.#options = options;
    this.key = options.key;
    this.readOnly = options.readOnly;
    this.#sent = received !== undefined && ring.has(received) ? received : undefined;
    this.#seen = this.#sent ?? 0;
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Can be sent more: as long as one viewer can, the program goes on. */
  get isReady(): boolean {
    return this.#sent === this.#options.ring.end && this.#sent - this.#seen < shellOutputWindowBytes;
  }

  /** Sends what there is, as far as the client keeps up. */
  pump(): void {
    const { channel, ring } = this.#options;
    if (this.#painting || this.#stopped) return;
    if (this.#sent === undefined) return this.#repaint(true);
    if (this.#sent < ring.start) {
      // Painting for somebody who has not shown what was sent before would only add to it.
      if (this.#sent - this.#seen <= seenEveryBytes) this.#repaint(false);
      return;
    }
    while (this.#sent < ring.end) {
      const room = this.#seen + shellOutputWindowBytes - this.#sent;
      if (room <= 0) return;
      const bytes = ring.read(this.#sent, Math.min(room, pieceBytes));
      this.#told = this.#options.taken();
      channel.send({ kind: "shell-output", at: this.#sent, taken: this.#told }, bytes);
      this.#sent += bytes.length;
    }
    if (this.#exit) this.stop("exited", this.#exit);
  }

  /** The client has shown all output before `position`. */
  seen(position: number): void {
    if (this.#painting || this.#sent === undefined || position <= this.#seen) return;
    if (position > this.#sent) throw new SampanError("E_PROTOCOL", "more was seen than was sent");
    this.#seen = position;
    this.pump();
  }

  /** Tells the client how much of its input was taken, unless output will do so. */
  inputTaken(everyBytes: number): void {
    const at = this.#options.taken();
    if (at - this.#told < everyBytes) return;
    this.#told = at;
    this.#options.channel.send({ kind: "shell-taken", at });
  }

  /** Whoever only looks is told of a new size. */
  sized({ columns, rows }: TerminalSize): void {
    if (this.readOnly) this.#options.channel.send({ kind: "shell-sized", columns, rows });
  }

  /** The shell has ended; the client is told after the last output. */
  exited(exit: ShellExit): void {
    this.#exit = exit;
    this.pump();
  }

  stop(why: ShellEndWhy, exit?: ShellExit): void {
    this.#stopped = true;
    this.#finish(exit === undefined ? { why } : { why, exit });
  }

  #repaint(history: boolean): void {
    this.#painting = true;
    this.#options.paint(history).then(
      ({ at, bytes }) => this.#sendPainting(at, bytes),
      (cause) => this.#options.channel.fail(new SampanError("E_BUG", "the screen cannot be painted", { cause })),
    );
  }

  #sendPainting(at: number, bytes: Uint8Array): void {
    if (this.#stopped) return;
    for (let from = 0; from === 0 || from < bytes.length; from += pieceBytes) {
      const last = from + pieceBytes >= bytes.length;
      this.#options.channel.send({ kind: "shell-paint", at, last }, bytes.subarray(from, from + pieceBytes));
    }
    this.#painting = false;
    // What was sent before counts as seen when this painting is.
    this.#seen = Math.max(this.#seen, at - shellOutputWindowBytes);
    this.#sent = at;
    this.pump();
  }
}
