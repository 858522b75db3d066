import type { RawConnection, RawEndpoint, RawEvents } from "../transport/raw/connection.js";
import { SampanError } from "../wire/sampan-error.js";
import { IdleTimer } from "./idle-timer.js";
import { maxAheadBytes, type PipeOptions, resetMs } from "./pipe-options.js";

/**
 * Joins standard input and output with one peer at a time, as netcat does:
 *
 *     input  → peer     its end becomes the end of our direction (FIN)
 *     output ← peer     its end ends nothing but that: the input is sent as far as it goes
 *
 * Each side is read no faster than the other takes it. Rejected with E_CONNECTION_LOST when something was not
 * delivered, E_TIMED_OUT when `idleMs` passed and something is left, and what `open` throws.
 */
export async function runPipe(
  open: (events: RawEvents) => Promise<RawEndpoint>,
  options: PipeOptions,
  signal?: AbortSignal,
): Promise<void> {
  const pipe = new Pipe(options);
  const endpoint = await open(pipe);
  const aborted = () => pipe.finish(signal?.reason as Error);
  signal?.addEventListener("abort", aborted, { once: true });
  if (signal?.aborted) aborted();
  try {
    await pipe.run(endpoint);
  } finally {
    signal?.removeEventListener("abort", aborted);
    options.input.pause();
    await endpoint.close();
  }
}

class Pipe implements RawEvents {
  readonly #options: PipeOptions;
  readonly #idle: IdleTimer | undefined;
  /** Those that came while another was served, and wait unread. */
  readonly #waiting: RawConnection[] = [];
  #endpoint: RawEndpoint | undefined;
  #current: RawConnection | undefined;
  #served = 0;
  #inputEnded = false;
  #peerEnded = false;
  /** Something was sent after the peer's end, when it may have gone altogether. */
  #sentBlindly = false;
  #movedBytes = 0;
  /** Given to the current connection, and not taken by the kernel yet. */
  #unsentBytes = 0;
  /** Read for a client that had gone by then; the next one gets it. */
  #held: (() => void)[] = [];
  /** The peer is not read, because the output is full. */
  #heldUp = false;
  #droppedDatagrams = 0;
  #timer: NodeJS.Timeout | undefined;
  #end: (error: Error | undefined) => void = () => {};
  readonly #ended = new Promise<Error | undefined>((resolve) => {
    this.#end = resolve;
  });

  constructor(options: PipeOptions) {
    this.#options = options;
    const { idleMs, input, output } = options;
    if (idleMs !== undefined) this.#idle = new IdleTimer(idleMs, () => this.finish(this.#idleEnding(idleMs)));
    output.onTaken = () => this.#taken();
    input.read({
      chunk: (bytes, release) => this.#send(bytes, release),
      end: () => this.#inputEnd(),
      fail: (error) => this.finish(error),
    });
  }

  async run(endpoint: RawEndpoint): Promise<void> {
    this.#endpoint = endpoint;
    if (this.#served > 0 && !this.#options.keepOpen) endpoint.stopListening();
    const error = await this.#ended;
    clearTimeout(this.#timer);
    this.#idle?.stop();
    if (error) throw error;
    await this.#options.output.flushed();
    if (this.#droppedDatagrams > 0)
      this.#options.note(`${this.#droppedDatagrams} datagrams were dropped: the output did not take them`);
  }

  /** Ends the pipe; only the first call counts. */
  finish(error?: Error): void {
    this.#end(error);
  }

  opened(connection: RawConnection): void {
    this.#idle?.moved();
    const { role, keepOpen } = this.#options;
    if (!this.#current) return this.#serve(connection);
    // Those who answer a broadcast or multicast.
    if (role === "connect") return;
    if (connection.kind === "datagram" && keepOpen) {
      // The latest one that sent something is answered.
      this.#current = connection;
    } else if (role === "listen" && keepOpen) {
      connection.pause();
      this.#waiting.push(connection);
    } else connection.reset();
  }

  room(): Uint8Array {
    return this.#options.output.room();
  }

  chunk(connection: RawConnection, bytes: Uint8Array): void {
    const { role, direction, output, keepOpen } = this.#options;
    if (connection.kind === "datagram" && keepOpen) this.#current = connection;
    if (connection !== this.#current && role === "listen") return;
    this.#idle?.moved();
    this.#movedBytes += bytes.length;
    if (connection.kind === "datagram") this.#restartAnswerTimer();
    if (direction === "send") return;
    if (connection.kind === "datagram" && output.isFull) {
      this.#droppedDatagrams++;
      return;
    }
    output.write(bytes);
    if (!output.isFull) return;
    this.#heldUp = true;
    connection.pause();
  }

  ended(connection: RawConnection): void {
    if (connection !== this.#current) return;
    this.#idle?.moved();
    this.#peerEnded = true;
    const { direction, keepOpen, input } = this.#options;
    // Whoever types, or sends whatever comes to whoever is there, would go on for ever.
    if (direction === "receive" || keepOpen || input.isTerminal) {
      input.pause();
      connection.endSending();
    }
  }

  closed(connection: RawConnection, error: SampanError | undefined): void {
    this.#idle?.moved();
    const place = this.#waiting.indexOf(connection);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (connection !== this.#current) return;
    clearTimeout(this.#timer);
    this.#options.input.pause();
    this.#current = undefined;
    const failure = this.#failureOf(connection, error);
    this.#unsentBytes = 0;
    if (!this.#options.keepOpen) {
      if (connection.kind === "stream" || failure) this.finish(failure);
      return;
    }
    if (failure) this.#options.note(`${connection.peer}: ${failure.message}`);
    const next = this.#waiting.shift();
    if (next) this.#serve(next);
  }

  refused(peer: string, error: SampanError): void {
    this.#options.note(`${peer}: ${error.message}`);
  }

  #serve(connection: RawConnection): void {
    this.#current = connection;
    this.#served++;
    this.#peerEnded = false;
    this.#sentBlindly = false;
    this.#heldUp = false;
    const { direction, keepOpen, input } = this.#options;
    if (this.#served === 1 && !keepOpen) this.#endpoint?.stopListening();
    connection.resume();
    if (direction === "receive") return;
    for (const send of this.#held.splice(0)) send();
    if (this.#inputEnded) this.#endSending(connection);
    else input.resume();
  }

  #send(bytes: Uint8Array, release: () => void): void {
    const connection = this.#current;
    if (!connection) return void this.#held.push(() => this.#send(bytes, release));
    this.#unsentBytes += bytes.length;
    this.#sentBlindly ||= this.#peerEnded;
    if (connection.queuedBytes + bytes.length > maxAheadBytes) this.#options.input.pause();
    connection.send(bytes, (error) => {
      release();
      if (error === undefined) this.#sent(connection, bytes.length);
      else if (connection.kind === "datagram") this.finish(error);
    });
  }

  #sent(connection: RawConnection, bytes: number): void {
    this.#idle?.moved();
    this.#movedBytes += bytes;
    if (connection !== this.#current) return;
    this.#unsentBytes -= bytes;
    if (this.#inputEnded && this.#unsentBytes === 0) this.#allSent(connection);
    else if (connection.queuedBytes <= maxAheadBytes / 2 && !this.#isOver) this.#options.input.resume();
  }

  /** Nothing more is sent on the current connection, though the input may go on. */
  get #isOver(): boolean {
    return this.#peerEnded && (this.#options.keepOpen || this.#options.input.isTerminal);
  }

  #inputEnd(): void {
    this.#inputEnded = true;
    if (this.#current) this.#endSending(this.#current);
  }

  #endSending(connection: RawConnection): void {
    if (!this.#sentBlindly) connection.endSending();
    if (this.#unsentBytes === 0) this.#allSent(connection);
  }

  /** The input has ended, and the kernel has taken all of it. */
  #allSent(connection: RawConnection): void {
    if (this.#sentBlindly) return this.#askForReset(connection);
    const { direction, lingerMs } = this.#options;
    if (connection.kind === "datagram") {
      if (direction === "send") this.finish();
      else this.#restartAnswerTimer();
    } else if (direction === "send" && !this.#options.keepOpen) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.finish(), lingerMs);
    }
  }

  /**
   * A peer that has gone answers what it is sent with a reset, which the system tells to the next write, and to nothing
   * else: so one of no bytes follows before our end.
   */
  #askForReset(connection: RawConnection): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => connection.send(new Uint8Array(0), () => connection.endSending()),
      resetMs(connection.peer),
    );
  }

  #restartAnswerTimer(): void {
    const { role, idleMs, answerMs } = this.#options;
    if (!this.#inputEnded || role === "listen" || idleMs !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.finish(), answerMs);
  }

  #taken(): void {
    this.#idle?.moved();
    if (!this.#heldUp || this.#options.output.isFull) return;
    this.#heldUp = false;
    this.#current?.resume();
  }

  /** Why a connection that is over did not do all it should have. */
  #failureOf({ kind }: RawConnection, error: SampanError | undefined): SampanError | undefined {
    const unsent = this.#unsentBytes;
    if (kind === "datagram") return error;
    if (unsent > 0) {
      const what = `${unsent} bytes that were read from standard input were not delivered`;
      return new SampanError("E_CONNECTION_LOST", `${error?.message ?? "the connection was closed"}; ${what}`, {
        cause: error,
      });
    }
    if (!error) return undefined;
    const doubt = this.#movedBytes > 0 ? "; what was sent last may not have arrived" : "";
    return new SampanError(error.code, `${error.message}${doubt}`, { cause: error });
  }

  #idleEnding(idleMs: number): SampanError | undefined {
    const seconds = `${idleMs / 1000} s`;
    const waits = this.#unsentBytes + this.#options.output.queuedBytes;
    if (this.#current && waits > 0) {
      return new SampanError("E_TIMED_OUT", `nothing moved for ${seconds}, and ${waits} bytes were not delivered`);
    }
    if (this.#movedBytes > 0) return undefined;
    const what = this.#served === 0 ? "nobody came" : "nothing was sent or received";
    return new SampanError("E_TIMED_OUT", `${what} for ${seconds}`);
  }
}
