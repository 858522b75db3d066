import { readBoolean } from "../../wire/field.js";
import { inputWindowBytes } from "../../wire/limits.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import type { Command } from "./command.js";

/** Input on its way from the peer to a command: never more of it than the window waits here. */
export class InputIntake {
  readonly #channel: Channel;
  readonly #command: Command;
  #waitingBytes = 0;
  #ended = false;
  #closed = false;

  constructor(channel: Channel, command: Command) {
    this.#channel = channel;
    this.#command = command;
  }

  /** E_PROTOCOL, E_TOO_LARGE. */
  take({ header, body }: Message): void {
    if (this.#ended) throw new SampanError("E_PROTOCOL", "input after its end");
    this.#ended = readBoolean(header, "end");
    if (this.#closed) return;
    if (body.length > 0) this.#write(body);
    if (this.#ended) this.#command.endInput();
  }

  /** The command is over: what comes goes nowhere, and nothing more is said of what came. */
  stop(): void {
    this.#closed = true;
  }

  #write(body: Uint8Array): void {
    this.#waitingBytes += body.length;
    if (this.#waitingBytes > inputWindowBytes)
      throw new SampanError("E_TOO_LARGE", "more input than the window allows");
    this.#command.write(body, (open) => {
      this.#waitingBytes -= body.length;
      if (this.#closed) return;
      this.#closed = !open;
      this.#channel.send({ kind: "taken", bytes: body.length, ...(open ? {} : { closed: true }) });
    });
  }
}
