import { toHex } from "../../wire/hex.js";
import { maxParts } from "../../wire/limits.js";
import type { SampanError } from "../../wire/sampan-error.js";
import type { Channel } from "../channel.js";
import { errorFields } from "../error-message.js";
import type { Settlement } from "./transfer-message.js";

/** Gathers the receiver's word on many files into few `settled` messages. */
export class SettledBatch {
  readonly #channel: Channel;
  #how: Settlement = "done";
  #ids: number[] = [];
  #held: [number, string][] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  add(id: number, how: Exclude<Settlement, "held" | "failed">): void {
    if (how !== this.#how) this.flush();
    this.#how = how;
    this.#ids.push(id);
    if (this.#ids.length >= maxParts) this.flush();
  }

  held(id: number, digest: Uint8Array): void {
    this.#held.push([id, toHex(digest)]);
    if (this.#held.length >= maxParts) this.flush();
  }

  failed(id: number, path: string, error: SampanError): void {
    this.flush();
    this.#channel.send({ kind: "settled", how: "failed", ids: [id], ...errorFields(error), path: path.slice(0, 1024) });
  }

  flush(): void {
    if (this.#ids.length > 0) this.#channel.send({ kind: "settled", how: this.#how, ids: this.#ids });
    if (this.#held.length > 0) this.#channel.send({ kind: "settled", how: "held", parts: this.#held });
    this.#ids = [];
    this.#held = [];
  }
}
