import type { OutputRing } from "./output-ring.js";
import type { TerminalSize } from "./shell-message.js";

/** A terminal in memory that knows what stands on the screen. */
export interface ShellScreen {
  /** Takes output in order; resolves when it is on the screen. */
  write(bytes: Uint8Array): Promise<void>;
  resize(size: TerminalSize): void;
  /** Bytes that bring any terminal to this state; `history` takes lines that have left the screen, too. */
  paint(history: boolean): Uint8Array;
  close(): void;
}

/** In pieces, so that others are served in between. */
const pieceBytes = 32 * 1024;
/** Sizes that wait to be applied: somebody drags at a window. */
const maxSizes = 512;

/**
 * Keeps a screen behind the output of a shell: only what is about to leave the ring is put on it, until somebody wants
 * a painting. A shell that never fills the ring and is never taken up again costs nothing.
 */
export class ScreenFollower {
  readonly #ring: OutputRing;
  readonly #open: (size: TerminalSize) => Promise<ShellScreen>;
  readonly #moved: () => void;
  readonly #firstSize: TerminalSize;
  #sizes: { at: number; size: TerminalSize }[] = [];
  #screen: ShellScreen | undefined;
  #position = 0;
  #paintings = 0;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(
    ring: OutputRing,
    size: TerminalSize,
    open: (size: TerminalSize) => Promise<ShellScreen>,
    moved: () => void,
  ) {
    this.#ring = ring;
    this.#firstSize = size;
    this.#open = open;
    this.#moved = moved;
  }

  /** Bytes before this are on the screen; those after it must stay in the ring. */
  get position(): number {
    return this.#position;
  }

  /** Somebody waits for a painting: no output should come meanwhile. */
  get isPainting(): boolean {
    return this.#paintings > 0;
  }

  resized(size: TerminalSize): void {
    const at = this.#ring.end;
    const last = this.#sizes.at(-1);
    if (last && (last.at === at || this.#sizes.length >= maxSizes)) this.#sizes.pop();
    this.#sizes.push({ at, size });
  }

  /** Makes room in the ring, in the background. */
  follow(): void {
    if (this.#ring.end - this.#position > this.#ring.capacity / 2) void this.#work();
  }

  /** A painting of all output so far, and the position at its end. */
  async paint(history: boolean): Promise<{ at: number; bytes: Uint8Array }> {
    this.#paintings++;
    this.#moved();
    try {
      do await this.#work();
      while (this.#position < this.#ring.end && !this.#closed);
      this.#applySizes();
      return { at: this.#position, bytes: this.#screen?.paint(history) ?? new Uint8Array(0) };
    } finally {
      this.#paintings--;
      this.#moved();
    }
  }

  close(): void {
    this.#closed = true;
    this.#screen?.close();
  }

  #work(): Promise<void> {
    this.#working ??= this.#catchUp().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #catchUp(): Promise<void> {
    this.#screen ??= await this.#open(this.#firstSize);
    if (this.#closed) this.#screen.close();
    while (!this.#closed && this.#ring.end - this.#position > (this.isPainting ? 0 : this.#ring.capacity / 4)) {
      this.#applySizes();
      const until = this.#sizes[0]?.at ?? this.#ring.end;
      await this.#screen.write(this.#ring.read(this.#position, Math.min(pieceBytes, until - this.#position)));
      this.#position = Math.min(this.#position + pieceBytes, until);
      this.#moved();
    }
  }

  #applySizes(): void {
    while (this.#sizes[0] && this.#sizes[0].at <= this.#position) {
      this.#screen?.resize(this.#sizes[0].size);
      this.#sizes.shift();
    }
  }
}
