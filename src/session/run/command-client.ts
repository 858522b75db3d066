import { readBoolean, readOptionalWholeNumber, readString, readWholeNumber } from "../../wire/field.js";
import { maxInputBytes } from "../../wire/limits.js";
import type { Header, Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { BufferPool } from "../buffer-pool.js";
import { errorOf } from "../error-message.js";
import type { ConversationEnd, PeerConnection } from "../peer-connection.js";
import { type CommandEnd, parseEnd } from "./run-message.js";

/** Output that the client takes ahead of its reader: fills a path of 80 MB/s and 100 ms. */
export const outputWindowBytes = 8 * 2 ** 20;

export interface CommandEvents {
  queued(ahead: number): void;
  /** `droppedBytes`: output of earlier that is no longer kept. */
  started(id: string, droppedBytes: number): void;
  /** `done` gives the memory back, and says that the bytes are taken. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array, done: () => void): void;
  /** More input can be sent. */
  inputRoom(): void;
  /** The command reads no more input. */
  inputClosed(): void;
  /** Over: undefined for a command that runs on by itself. The connection is free again. */
  ended(end: CommandEnd | undefined): void;
  failed(error: SampanError): void;
}

/** Bodies of this size and above a quarter of it go round in a pool, where they are given back. */
const pooledBytes = 256 * 1024;
const keptBuffers = 16;

/** The client's side of a command on a connection of its own. */
export class CommandClient implements ConversationEnd {
  readonly #connection: PeerConnection;
  readonly #events: CommandEvents;
  #stage: "asked" | "started" | "over" = "asked";
  #inputRoom = 0;
  #takesInput = false;
  #untaken = 0;
  #unsaid = 0;
  readonly #signals: string[] = [];
  readonly #pool: BufferPool | undefined;

  /** `reuses`: the memory of output is used again once it is done with. */
  constructor(connection: PeerConnection, request: Header, events: CommandEvents, reuses: boolean) {
    this.#pool = reuses ? new BufferPool(pooledBytes, keptBuffers) : undefined;
    this.#connection = connection;
    this.#events = events;
    connection.enter(this);
    connection.channel.send(request);
  }

  /** Bytes of input that may be sent now. */
  get inputRoom(): number {
    return this.#stage === "started" ? Math.min(this.#inputRoom, maxInputBytes) : 0;
  }

  /** Sends input of at most `inputRoom` bytes. */
  sendInput(bytes: Uint8Array): void {
    this.#inputRoom -= bytes.length;
    this.#connection.channel.send({ kind: "input" }, bytes);
  }

  endInput(): void {
    if (this.#stage !== "started" || !this.#takesInput) return;
    this.#takesInput = false;
    this.#connection.channel.send({ kind: "input", end: true });
  }

  /** Sends a signal; one that comes before the start follows it. */
  signal(name: string): void {
    if (this.#stage === "asked") this.#signals.push(name);
    else if (this.#stage === "started") this.#connection.channel.send({ kind: "signal", signal: name });
  }

  allocate(_header: Header, size: number): Uint8Array | undefined {
    const isPooled = size <= pooledBytes && size > pooledBytes / 4;
    return isPooled ? this.#pool?.take().subarray(0, size) : undefined;
  }

  /** The reader has taken so much output. */
  #taken(bytes: number): void {
    this.#untaken -= bytes;
    this.#unsaid += bytes;
    if (this.#stage !== "started" || this.#unsaid < outputWindowBytes / 8) return;
    this.#connection.channel.send({ kind: "taken", bytes: this.#unsaid });
    this.#unsaid = 0;
  }

  onMessage(message: Message): void {
    const { header } = message;
    if (header.kind === "error") return this.#fail(errorOf(header));
    if (this.#stage === "asked") return this.#start(header);
    switch (header.kind) {
      case "stdout":
      case "stderr":
        return this.#output(header.kind, message.body);
      case "taken":
        this.#inputRoom += readWholeNumber(header, "bytes", Number.MAX_SAFE_INTEGER);
        if (readBoolean(header, "closed")) this.#events.inputClosed();
        else this.#events.inputRoom();
        return;
      case "end":
        return this.#end(header);
      default:
        throw new SampanError("E_PROTOCOL", `"${header.kind.slice(0, 40)}" does not belong to a command`);
    }
  }

  onClose(error: SampanError): void {
    this.#fail(error);
  }

  #start(header: Header): void {
    if (header.kind === "queued") {
      return this.#events.queued(readWholeNumber(header, "ahead", Number.MAX_SAFE_INTEGER));
    }
    if (header.kind !== "started") throw new SampanError("E_PROTOCOL", "the server did not say that the command runs");
    this.#stage = "started";
    this.#inputRoom = readOptionalWholeNumber(header, "inputWindow", Number.MAX_SAFE_INTEGER) ?? 0;
    this.#takesInput = this.#inputRoom > 0;
    const dropped = readOptionalWholeNumber(header, "dropped", Number.MAX_SAFE_INTEGER) ?? 0;
    for (const name of this.#signals.splice(0)) this.signal(name);
    this.#events.started(readString(header, "id", 64), dropped);
    this.#events.inputRoom();
  }

  #output(stream: "stdout" | "stderr", body: Uint8Array): void {
    if (body.length === 0) return;
    // A last message may go beyond the window.
    if (this.#untaken >= outputWindowBytes) throw new SampanError("E_TOO_LARGE", "more output than was asked for");
    this.#untaken += body.length;
    this.#events.output(stream, body, () => {
      this.#pool?.give(body);
      this.#taken(body.length);
    });
  }

  #end(header: Header): void {
    const end = header.status === undefined ? undefined : parseEnd(header);
    this.#stage = "over";
    this.#connection.channel.send({ kind: "seen" });
    this.#connection.leave();
    this.#events.ended(end);
  }

  #fail(error: SampanError): void {
    if (this.#stage === "over") return;
    const wasStarted = this.#stage === "started";
    this.#stage = "over";
    this.#connection.leave();
    // After the start an error ends the connection: what was sent meanwhile would be taken for requests.
    if (wasStarted) this.#connection.channel.destroy(error);
    this.#events.failed(error);
  }
}
