import type { ByteTrail } from "./byte-trail.js";
import { type Errno, recvCall, sendCall } from "./descriptor.js";
import type { Told } from "./language.js";
import type { Stage } from "./stage.js";
import { maxHeadBytes, type Piece, type Step } from "./step.js";

/** How long a read waits for what should be there at once. */
const readLimitMs = 5000;

/** One end's call that is shown, with a remark. */
export interface CallOptions {
  readonly note?: Told;
}

/** A sender and a receiver, connected over loopback. Every call is made on the descriptor, and shown. */
export class Line {
  readonly #stage: Stage;
  readonly #trail: ByteTrail;
  readonly sender: number;
  readonly receiver: number;
  #sends = 0;

  /** `sender` and `receiver` are descriptors. */
  constructor(stage: Stage, trail: ByteTrail, sender: number, receiver: number) {
    this.#stage = stage;
    this.#trail = trail;
    this.sender = sender;
    this.receiver = receiver;
  }

  /** One send; the bytes that were taken, which may be fewer than were given, or the error. */
  async send(content: string | Uint8Array, { note }: CallOptions = {}): Promise<number | Errno> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const result = sendCall(this.sender, bytes);
    const send = ++this.#sends;
    if (typeof result === "number") this.#trail.sent(send, bytes.subarray(0, result));
    const given: Piece = { send, bytes: bytes.length, head: bytes.subarray(0, maxHeadBytes) };
    await this.#show({ who: "sender", call: "send", pieces: [given], result, ...(note && { note }) });
    return result;
  }

  /** One read that does not wait: `EAGAIN` when nothing is there. */
  async recvNow(roomBytes: number, options: CallOptions = {}): Promise<Uint8Array | Errno> {
    return await this.#read(roomBytes, recvCall(this.receiver, roomBytes), options);
  }

  /** One read that waits until there is something, the end, or an error. */
  async recv(roomBytes: number, options: CallOptions = {}): Promise<Uint8Array | Errno> {
    return await this.#read(roomBytes, await this.#waitFor(roomBytes), options);
  }

  /** Reads on until `bytes` have come, or no more do; one step for all the reads. Gives each chunk to `take`. */
  async drain(bytes: number, roomBytes: number, take: (chunk: Uint8Array) => void): Promise<number> {
    let taken = 0;
    let reads = 0;
    while (taken < bytes) {
      const came = await this.#waitFor(Math.min(roomBytes, bytes - taken));
      if (typeof came === "string" || came.length === 0) break;
      take(came);
      taken += came.length;
      reads++;
    }
    const pieces = this.#trail.read(taken);
    const call = { call: "recv", argument: String(roomBytes), times: reads };
    await this.#show({ who: "receiver", ...call, pieces, result: taken });
    return taken;
  }

  /** A send of the receiving end, the other way. Its bytes are not followed. */
  async answer(text: string): Promise<number | Errno> {
    const result = sendCall(this.receiver, new TextEncoder().encode(text));
    await this.#show({ who: "receiver", call: "send", argument: `"${text}"`, result });
    return result;
  }

  /** Any other call that one of the ends made. */
  async did(step: Pick<Step, "who" | "call" | "argument" | "pieces" | "result" | "note">): Promise<void> {
    await this.#show(step);
  }

  async #waitFor(roomBytes: number): Promise<Uint8Array | Errno> {
    const came = await this.#stage.until(() => {
      const result = recvCall(this.receiver, roomBytes);
      return result === "EAGAIN" ? undefined : result;
    }, readLimitMs);
    return came ?? "EAGAIN";
  }

  async #read(roomBytes: number, came: Uint8Array | Errno, { note }: CallOptions): Promise<Uint8Array | Errno> {
    const pieces = typeof came === "string" ? [] : this.#trail.read(came.length);
    const result = typeof came === "string" ? came : came.length;
    const shown = { who: "receiver", call: "recv", argument: String(roomBytes), pieces, result } as const;
    await this.#show({ ...shown, ...(note && { note }) });
    return came;
  }

  async #show(step: Omit<Step, "atMs" | "held">): Promise<void> {
    await this.#stage.show({ ...step, held: this.#trail.held() });
  }
}
