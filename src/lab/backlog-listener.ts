import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Stage } from "./stage.js";

/*
 * A listener that accepts nothing: Node accepts by itself as soon as its loop turns, so this one stands in a thread of
 * its own, which sleeps from the moment it listens until it is woken. A text and not a file, as the bundled program has
 * no file for it.
 */
const listenerProgram = `
const { createServer } = require("node:net");
const { parentPort, workerData: { backlog, bell } } = require("node:worker_threads");
let accepted = 0;
const server = createServer((socket) => {
  socket.on("error", () => {});
  parentPort.postMessage({ accepted: ++accepted });
});
server.listen({ port: 0, host: "127.0.0.1", backlog }, () => {
  parentPort.postMessage({ port: server.address().port });
  Atomics.wait(bell, 0, 0);
});
`;

/** A listener that sleeps, with a queue for `backlog` connections. */
export class BacklogListener {
  readonly #worker: Worker;
  readonly #bell: Int32Array;
  readonly port: number;
  /** Connections it has accepted. */
  accepted = 0;

  private constructor(worker: Worker, bell: Int32Array, port: number) {
    this.#worker = worker;
    this.#bell = bell;
    this.port = port;
    worker.on("message", (message: { accepted?: number }) => {
      this.accepted = message.accepted ?? this.accepted;
    });
    worker.on("error", () => {});
  }

  static async start(stage: Stage, backlog: number): Promise<BacklogListener> {
    const bell = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(listenerProgram, { eval: true, workerData: { backlog, bell } });
    try {
      const [{ port }] = (await once(worker, "message", { signal: stage.signal })) as [{ port: number }];
      return new BacklogListener(worker, bell, port);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** From now on it accepts. */
  wake(): void {
    Atomics.store(this.#bell, 0, 1);
    Atomics.notify(this.#bell, 0);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
