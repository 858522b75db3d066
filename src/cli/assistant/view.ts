import type { Target } from "../../assistant/exchange.js";
import type { ExchangeEvent } from "../../assistant/exchange-event.js";

/** Where a session takes place. */
export interface SessionPlace {
  readonly role: "listen" | "connect" | "tap";
  /** Of a tap, `LISTEN → TARGET`. */
  readonly address: string;
  readonly port: number;
  /** Of the certificate that is shown. */
  readonly fingerprint?: string | undefined;
}

/** What a session is shown on. */
export interface AssistantView {
  /** The session stands: it listens there, or is connected. */
  begin(where: SessionPlace): void;
  event(event: ExchangeEvent): void;
  /** What a command has to say; for people only. */
  note(text: string): void;
  /** Whom lines go to. */
  prompt(target: Target): void;
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
