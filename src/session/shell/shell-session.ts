import { keptShellOutputBytes, maxShellViewers, shellInputWindowBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Clock, Timer } from "../ports.js";
import { InputIntake } from "./input-intake.js";
import { OutputRing } from "./output-ring.js";
import { ScreenFollower, type ShellScreen } from "./screen-follower.js";
import type { AttachRequest, ListedShell, ShellExit, TerminalSize } from "./shell-message.js";
import { ShellViewer } from "./shell-viewer.js";

/** The terminal in which a shell runs. */
export interface ShellTerminal {
  /** Queues input; `taken` when the terminal has it. */
  write(bytes: Uint8Array, taken: () => void): void;
  resize(size: TerminalSize): void;
  /** Stops and restarts the flow of output; the program waits meanwhile. */
  pause(): void;
  resume(): void;
  /** Takes the terminal away: the shell and what it runs are told by a hangup. */
  hangUp(): void;
}

export interface ShellSessionOptions {
  readonly id: string;
  readonly command: readonly string[];
  readonly size: TerminalSize;
  readonly clock: Clock;
  readonly keepMs: number;
  readonly openScreen: (size: TerminalSize) => Promise<ShellScreen>;
}

/** Room in the ring for what is read before a pause takes hold. */
const reserveBytes = 256 * 1024;
/** Input that is taken without output coming: the client is told now and then. */
const tellTakenBytes = 32 * 1024;
/** Clients whose count of input is kept for when they come back. */
const maxKnownKeys = 32;

/** A shell that lives on whether or not anybody is connected. */
export class ShellSession {
  readonly id: string;
  readonly keepMs: number;
  readonly #options: ShellSessionOptions;
  readonly #ring = new OutputRing(keptShellOutputBytes);
  readonly #screen: ScreenFollower;
  readonly #viewers = new Set<ShellViewer>();
  readonly #intakes = new Map<string, InputIntake>();
  readonly #openedMs: number;
  #terminal: ShellTerminal | undefined;
  #size: TerminalSize;
  #aloneMs: number | undefined;
  #keep: Timer | undefined;
  #exit: ShellExit | undefined;
  #paused = false;

  constructor(options: ShellSessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.keepMs = options.keepMs;
    this.#size = options.size;
    this.#openedMs = options.clock.nowMs();
    this.#screen = new ScreenFollower(this.#ring, options.size, options.openScreen, () => this.#pace());
    this.#countAlone();
  }

  get exit(): ShellExit | undefined {
    return this.#exit;
  }

  get size(): TerminalSize {
    return this.#size;
  }

  start(terminal: ShellTerminal): void {
    this.#terminal = terminal;
  }

  /** Takes output of the terminal. */
  output(bytes: Uint8Array): void {
    this.#ring.append(bytes);
    for (const viewer of this.#viewers) viewer.pump();
    this.#screen.follow();
    this.#pace();
  }

  /** The shell has ended, and all of its output was given. */
  exited(exit: ShellExit): void {
    this.#exit = exit;
    this.#keep?.cancel();
    for (const viewer of this.#viewers) viewer.exited(exit);
  }

  /** Adds a client; undefined for one that comes back when another has taken its place. E_BUSY for one too many. */
  attach(channel: Channel, request: AttachRequest): ShellViewer | undefined {
    const { again, key, readOnly, received } = request;
    const same = [...this.#viewers].find((one) => one.key === key);
    const writer = [...this.#viewers].find((one) => !one.readOnly);
    if (!readOnly && again && writer && writer.key !== key) return undefined;
    if (!same && this.#viewers.size >= maxShellViewers)
      throw new SampanError("E_BUSY", `${maxShellViewers} clients look at this shell; no more are let in`);
    if (same) this.#leave(same, "taken-over");
    if (!readOnly && writer && writer !== same) this.#leave(writer, "taken-over");
    const intake = this.#intakeOf(key);
    const viewer = new ShellViewer({
      channel,
      ring: this.#ring,
      readOnly,
      key,
      received,
      paint: (history) => this.#screen.paint(history),
      taken: () => intake.taken,
    });
    this.#keep?.cancel();
    this.#aloneMs = undefined;
    if (!readOnly) this.resize(request);
    this.#viewers.add(viewer);
    return viewer;
  }

  /** Sends a viewer what there is. */
  begin(viewer: ShellViewer): void {
    viewer.pump();
    if (this.#exit) viewer.exited(this.#exit);
    this.#pace();
  }

  /** The position up to which the client's input is sure to reach the terminal. */
  accepted(key: string): number {
    return this.#intakeOf(key).accepted;
  }

  input(viewer: ShellViewer, at: number, bytes: Uint8Array): void {
    if (viewer.readOnly) throw new SampanError("E_RIGHTS", "this client may only look at the shell");
    if (!this.#viewers.has(viewer)) return;
    const intake = this.#intakeOf(viewer.key);
    const fresh = intake.accept(at, bytes);
    if (fresh.length === 0) return;
    this.#terminal?.write(fresh, () => {
      intake.take(fresh.length);
      if (this.#viewers.has(viewer)) viewer.inputTaken(tellTakenBytes);
    });
  }

  seen(viewer: ShellViewer, position: number): void {
    viewer.seen(position);
    this.#pace();
  }

  resize(size: TerminalSize): void {
    const { columns, rows } = size;
    if (this.#exit || (columns === this.#size.columns && rows === this.#size.rows)) return;
    this.#size = { columns, rows };
    this.#screen.resized(this.#size);
    this.#terminal?.resize(this.#size);
    for (const viewer of this.#viewers) viewer.sized(this.#size);
  }

  /** Whether `viewer` is the one whose keys and window size count. */
  isWriter(viewer: ShellViewer): boolean {
    return !viewer.readOnly && this.#viewers.has(viewer);
  }

  leave(viewer: ShellViewer): void {
    this.#leave(viewer, "detached");
  }

  /** Ends the shell by taking its terminal away. */
  end(): void {
    this.#keep?.cancel();
    this.#terminal?.hangUp();
  }

  close(): void {
    this.#keep?.cancel();
    this.#screen.close();
  }

  listed(): ListedShell {
    const nowMs = this.#options.clock.nowMs();
    const seconds = (fromMs: number): number => Math.floor((nowMs - fromMs) / 1000);
    return {
      id: this.id,
      command: this.#options.command,
      ...this.#size,
      ageSeconds: seconds(this.#openedMs),
      aloneSeconds: this.#aloneMs === undefined ? undefined : seconds(this.#aloneMs),
      viewers: this.#viewers.size,
      hasWriter: [...this.#viewers].some((one) => !one.readOnly),
    };
  }

  #leave(viewer: ShellViewer, why: "detached" | "taken-over"): void {
    if (!this.#viewers.delete(viewer)) return;
    viewer.stop(why);
    this.#countAlone();
    this.#pace();
  }

  #countAlone(): void {
    if (this.#viewers.size > 0 || this.#exit) return;
    this.#aloneMs = this.#options.clock.nowMs();
    this.#keep?.cancel();
    this.#keep = this.#options.clock.after(this.keepMs, () => this.end());
  }

  #intakeOf(key: string): InputIntake {
    const intake = this.#intakes.get(key) ?? new InputIntake(shellInputWindowBytes);
    this.#intakes.delete(key);
    this.#intakes.set(key, intake);
    const [oldest] = this.#intakes.keys();
    if (this.#intakes.size > maxKnownKeys && oldest !== undefined) this.#intakes.delete(oldest);
    return intake;
  }

  /** The program is held up while nobody who looks keeps up, and while the screen must not fall behind. */
  #pace(): void {
    const nobodyReady = this.#viewers.size > 0 && ![...this.#viewers].some((one) => one.isReady);
    const screenBehind = this.#ring.end - this.#screen.position > this.#ring.capacity - reserveBytes;
    const stop = nobodyReady || screenBehind || this.#screen.isPainting;
    if (stop === this.#paused || this.#exit) return;
    this.#paused = stop;
    if (stop) this.#terminal?.pause();
    else this.#terminal?.resume();
  }
}
