import { randomBytes } from "node:crypto";
import { Duplex } from "node:stream";
import { errorOf } from "../../session/error-message.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import { ShellLine } from "../../session/shell/shell-line.js";
import type { ShellExit, TerminalSize } from "../../session/shell/shell-message.js";
import type { Header, Message } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import type { PeerDoor } from "../peer-door.js";
import type { Shell, ShellEnd, ShellEvent, ShellOptions } from "./shell-api.js";
import { ShellPatience } from "./shell-patience.js";

const defaultSize: TerminalSize = { columns: 80, rows: 24 };
const keyBytes = 16;
/** Output that may wait for its reader beside what the system holds. */
const highWaterBytes = 32 * 1024;
const detachPatienceMs = 1000;

/** Opens or takes up a shell; resolves when the server has said that it is there. */
export function openShell(door: PeerDoor, options: ShellOptions): Promise<Shell> {
  const shell = new PeerShell(door, options);
  return shell.opened;
}

/** A shell at a peer, over one connection after another. */
class PeerShell extends Duplex implements Shell {
  readonly opened: Promise<Shell>;
  readonly ended: Promise<ShellEnd>;
  readonly #door: PeerDoor;
  readonly #options: ShellOptions;
  readonly #key = randomBytes(keyBytes).toString("base64url");
  readonly #line: ShellLine;
  readonly #patience = new ShellPatience();
  /** Bytes given to the reader, and the position of the output at each piece's end. */
  readonly #marks: { bytes: number; position: number }[] = [];
  #pushed = 0;
  #connection: PeerConnection | undefined;
  #afterWrite: (() => void) | undefined;
  #isAsked = false;
  #isOpen = false;
  #isOver = false;
  #opened: (shell: Shell) => void = () => {};
  #end: (end: ShellEnd) => void = () => {};
  #fail: (error: SampanError) => void = () => {};

  constructor(door: PeerDoor, options: ShellOptions) {
    super({ readableHighWaterMark: highWaterBytes, allowHalfOpen: true });
    this.#door = door;
    this.#options = options;
    const { columns = defaultSize.columns, rows = defaultSize.rows, signal } = options;
    this.#line = new ShellLine(
      { columns, rows },
      {
        onReady: (size, keepMs) => this.#ready(size, keepMs),
        onOutput: (bytes) => this.#show(bytes),
        onRoom: () => this.#wrote(),
        onSized: (size) => this.#tell({ event: "sized", ...size }),
        onOver: (why, exit) => this.#over(why, exit),
      },
    );
    this.opened = new Promise((resolve) => {
      this.#opened = resolve;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
    this.opened = Promise.race([this.opened, this.ended.then(() => this)]);
    signal?.addEventListener("abort", () => void this.detach(), { once: true });
    void this.#connect();
  }

  get id(): string {
    return this.#line.shell ?? "";
  }

  get size(): TerminalSize {
    return this.#line.size;
  }

  resize(columns: number, rows: number): void {
    this.#line.resize({ columns, rows });
  }

  forgetScreen(): void {
    this.#line.forgetScreen();
  }

  async detach(): Promise<void> {
    if (!this.#isOver) this.#finish({ why: "detached" });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#line.type(chunk);
    if (this.#line.hasRoom) done();
    else this.#afterWrite = done;
  }

  override _read(): void {
    this.#shown();
  }

  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    this.#shown();
    return chunk;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#isOver) this.#finish({ why: "detached" });
    done(error);
  }

  #show(bytes: Uint8Array): void {
    if (bytes.length > 0) this.push(bytes);
    this.#pushed += bytes.length;
    const position = this.#line.received;
    if (position !== undefined) this.#marks.push({ bytes: this.#pushed, position });
    this.#shown();
  }

  #shown(): void {
    const read = this.#pushed - this.readableLength;
    let position: number | undefined;
    while (this.#marks[0] && this.#marks[0].bytes <= read) position = this.#marks.shift()?.position;
    if (position !== undefined) this.#line.shown(position);
  }

  #wrote(): void {
    const done = this.#afterWrite;
    this.#afterWrite = undefined;
    done?.();
  }

  async #connect(): Promise<void> {
    try {
      const connection = await this.#door.take();
      if (this.#isOver) return this.#door.give(connection);
      this.#connection = connection;
      this.#line.attach(connection.channel);
      connection.enter({
        onMessage: (message) => this.#take(connection, message),
        onClose: (error) => this.#lost(error),
      });
      connection.channel.send(this.#request());
      this.#isAsked = true;
    } catch (thrown) {
      this.#lost(toSampanError(thrown));
    }
  }

  #request(): Header {
    const { attach, command, environment, folder, keepMs, readOnly } = this.#options;
    const { columns, rows } = this.#line.size;
    const client = { key: this.#key, columns, rows };
    const shell = this.#line.shell ?? attach;
    if (shell !== undefined) {
      const { received } = this.#line;
      const from = received === undefined ? {} : { received };
      return { kind: "shell-attach", shell, ...client, ...from, readOnly: readOnly ?? false, again: this.#isOpen };
    }
    return {
      kind: "shell",
      ...client,
      ...(command === undefined ? {} : { command }),
      ...(folder === undefined ? {} : { folder }),
      ...(keepMs === undefined ? {} : { keepMs }),
      environment: Object.entries(environment ?? {}),
    };
  }

  #take(connection: PeerConnection, message: Message): void {
    const { header } = message;
    if (header.kind === "error") {
      connection.leave();
      this.#door.give(connection);
      this.#connection = undefined;
      this.#lost(errorOf(header));
    } else if (header.kind === "end") {
      connection.leave();
      this.#door.give(connection);
    } else this.#line.take(message);
  }

  #ready(size: TerminalSize, keepMs: number): void {
    this.#patience.reached(keepMs);
    if (this.#options.readOnly) this.#tell({ event: "sized", ...size });
    else if (size.columns !== this.size.columns || size.rows !== this.size.rows) this.#line.resize(this.#line.size);
    if (this.#isOpen) this.#tell({ event: "back" });
    this.#isOpen = true;
    this.#opened(this);
  }

  #over(why: ShellEnd["why"], exit: ShellExit): void {
    this.#finish(why === "exited" ? { why, ...exit } : { why });
  }

  /** Tells the server that nothing more will come, and lets go of the connection when it has heard. */
  #finish(end: ShellEnd): void {
    this.#isOver = true;
    const connection = this.#connection;
    if (connection && !connection.closed && connection.isBusy) {
      connection.channel.send({ kind: "shell-detach" });
      const late = setTimeout(() => connection.channel.end(), detachPatienceMs);
      connection.leave();
      connection.enter({
        onMessage: ({ header }) => {
          if (header.kind !== "end" && header.kind !== "error") return;
          clearTimeout(late);
          connection.leave();
          this.#door.give(connection);
        },
        onClose: () => clearTimeout(late),
      });
    }
    this.#close();
    this.#end(end);
  }

  #close(): void {
    this.#isOver = true;
    this.#patience.stop();
    this.#wrote();
    this.push(null);
  }

  #lost(error: SampanError): void {
    if (this.#isOver) return;
    this.#line.lost();
    this.#connection = undefined;
    // The server knows by the key what it has opened already.
    const mayBeThere = this.#isOpen || (this.#isAsked && error.origin === "local");
    const wait = mayBeThere ? this.#patience.lost(error) : error;
    if (wait instanceof SampanError) {
      this.#close();
      this.#fail(wait);
      return;
    }
    const { attempt, delayMs } = wait;
    if (attempt === 1) this.#tell({ event: "lost", error });
    else this.#tell({ event: "retry", attempt, delayMs, error });
    this.#patience.wait(delayMs, () => void this.#connect());
  }

  #tell(event: ShellEvent): void {
    this.#options.onEvent?.(event);
  }
}
