import { Readable, Writable } from "node:stream";
import { CommandClient, type CommandEvents } from "../../session/run/command-client.js";
import type { CommandEnd } from "../../session/run/run-message.js";
import type { Header } from "../../wire/message.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import type { PeerDoor } from "../peer-door.js";
import { collectRun } from "./collect-run.js";
import { OutputStream } from "./output-stream.js";
import type { CollectedRun, Run, RunOptions, RunResult } from "./run-api.js";

type OwnOptions = Pick<RunOptions, "input" | "onOutput" | "onQueued" | "signal">;

interface Started {
  readonly id: string;
  readonly droppedBytes: number;
}

/** A command on a peer, from the client's side; it has a connection to itself. */
export class PeerRun implements Run {
  readonly started: Promise<Started>;
  readonly stdin: Writable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly result: Promise<RunResult>;
  /** Resolves to undefined for a command that was started to run by itself. */
  readonly end: Promise<CommandEnd | undefined>;
  #client: CommandClient | undefined;
  #input: { readonly bytes: Uint8Array; at: number; readonly done: () => void } | undefined;
  #inputClosed = false;
  #inputEnded = false;
  readonly #signals: string[] = [];
  readonly #options: OwnOptions;

  constructor(door: PeerDoor, request: Header, options: OwnOptions) {
    this.#options = options;
    this.stdout = new OutputStream();
    this.stderr = new OutputStream();
    this.stdin = this.#makeInput();
    this.#feed();
    const started = settled<Started>();
    const end = settled<CommandEnd | undefined>();
    this.started = started.promise;
    this.end = end.promise;
    this.result = end.promise.then((how) => {
      if (how) return how;
      throw new SampanError("E_PROTOCOL", "the server did not say how the command ended");
    });
    for (const promise of [this.started, this.end, this.result]) promise.catch(() => {});
    const fail = (error: SampanError) => {
      started.reject(error);
      end.reject(error);
      this.#over(error);
    };
    this.#begin(door, request, {
      queued: (ahead) => options.onQueued?.(ahead),
      started: (id, droppedBytes) => {
        started.resolve({ id, droppedBytes });
        if (this.#inputEnded) this.#client?.endInput();
      },
      output: options.onOutput ?? ((stream, bytes, done) => this[stream].accept(bytes, done)),
      inputRoom: () => this.#sendInput(),
      inputClosed: () => this.#closeInput(),
      ended: (how) => {
        this.#over(undefined);
        end.resolve(how);
      },
      failed: fail,
    }).catch((thrown) => fail(toSampanError(thrown)));
  }

  kill(signal = "SIGTERM"): void {
    if (this.#client) this.#client.signal(signal);
    else this.#signals.push(signal);
  }

  collect(options: { readonly maxBytes?: number } = {}): Promise<CollectedRun> {
    if ((this.#options.input ?? "pipe") === "pipe" && !this.stdin.writableEnded) this.stdin.end();
    return collectRun(this, options.maxBytes);
  }

  async #begin(door: PeerDoor, request: Header, events: CommandEvents): Promise<void> {
    const { signal } = this.#options;
    const connection = await door.take(signal);
    const abort = () => connection.channel.destroy(new SampanError("E_INTERRUPTED", "interrupted"));
    const leave = () => {
      signal?.removeEventListener("abort", abort);
      door.give(connection);
    };
    const own = {
      ...events,
      ended: (how: CommandEnd | undefined) => {
        leave();
        events.ended(how);
      },
      failed: (error: SampanError) => {
        leave();
        events.failed(error);
      },
    };
    this.#client = new CommandClient(connection, request, own, this.#options.onOutput !== undefined);
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) return abort();
    for (const name of this.#signals.splice(0)) this.#client.signal(name);
  }

  #makeInput(): Writable {
    return new Writable({
      write: (chunk: Uint8Array, _encoding, done) => {
        if (this.#inputClosed) return done();
        this.#input = { bytes: chunk, at: 0, done };
        this.#sendInput();
      },
      final: (done) => {
        this.#inputEnded = true;
        this.#client?.endInput();
        done();
      },
    }).on("error", () => {});
  }

  /** Writes what the options give as input. */
  #feed(): void {
    const { input = "pipe" } = this.#options;
    if (input === "pipe") return;
    if (input === "none") this.stdin.end();
    else if (input instanceof Readable) {
      input.on("error", (error) => this.stdin.destroy(error));
      input.pipe(this.stdin);
    } else this.stdin.end(input);
  }

  #sendInput(): void {
    const client = this.#client;
    const input = this.#input;
    if (!client || !input) return;
    while (input.at < input.bytes.length) {
      const room = client.inputRoom;
      if (room === 0) return;
      const part = input.bytes.subarray(input.at, input.at + room);
      input.at += part.length;
      client.sendInput(part);
    }
    this.#input = undefined;
    input.done();
  }

  /** The command reads no more: what is still written goes nowhere, as in a pipe that nobody minds. */
  #closeInput(): void {
    this.#inputClosed = true;
    const input = this.#input;
    this.#input = undefined;
    input?.done();
  }

  #over(error: SampanError | undefined): void {
    this.#closeInput();
    if (!this.stdin.writableFinished) this.stdin.destroy();
    this.stdout.finish(error);
    this.stderr.finish(error);
  }
}

/** A promise with what settles it. */
function settled<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: SampanError) => void = () => {};
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
