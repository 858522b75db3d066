import type { Socket } from "node:net";

/**
 * Connections that have not said a valid hello. There are as many as the cap allows and no more: the oldest is put out
 * for a new one, so that a crowd of silent strangers cannot keep an honest client out.
 */
export class StrangerList {
  readonly #most: number;
  readonly #timeoutMs: number;
  /** In the order of arrival. */
  readonly #timers = new Map<Socket, NodeJS.Timeout>();

  constructor(most: number, timeoutMs: number) {
    this.#most = most;
    this.#timeoutMs = timeoutMs;
  }

  add(socket: Socket): void {
    if (this.#timers.size >= this.#most) {
      const oldest = this.#timers.keys().next().value as Socket;
      this.remove(oldest);
      oldest.destroy();
    }
    this.#timers.set(
      socket,
      setTimeout(() => {
        this.#timers.delete(socket);
        socket.destroy();
      }, this.#timeoutMs),
    );
    socket.once("close", () => this.remove(socket));
  }

  has(socket: Socket): boolean {
    return this.#timers.has(socket);
  }

  /** The connection is a stranger's no more, or is over. */
  remove(socket: Socket): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }
}
