import type { ExchangeEvent } from "../assistant/exchange-event.js";

/** What a session is shown on. */
export interface AssistantView {
  /** The session stands: it listens there, or is connected. */
  begin(role: "listen" | "connect" | "tap", address: string, port: number): void;
  event(event: ExchangeEvent): void;
  /** What a command has to say; for people only. */
  note(text: string): void;
  /** Whom lines go to. */
  prompt(to: string): void;
  /** Fulfilled when all that was shown is out. */
  close(): Promise<void>;
}

/** Where a view writes, and who is to wait when that is slow. */
export interface ViewFlow {
  /** Everything that is shown from here on only fills memory. */
  hold(): void;
  release(): void;
}

/** Writes to a stream; while it has enough, the peers are not read. */
export class HeldOutput {
  readonly #stream: NodeJS.WriteStream;
  readonly #flow: ViewFlow;
  #waiting = false;

  constructor(stream: NodeJS.WriteStream, flow: ViewFlow) {
    this.#stream = stream;
    this.#flow = flow;
  }

  write(text: string): void {
    if (this.#stream.write(text) || this.#waiting) return;
    this.#waiting = true;
    this.#flow.hold();
    this.#stream.once("drain", () => {
      this.#waiting = false;
      this.#flow.release();
    });
  }

  async drained(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}
