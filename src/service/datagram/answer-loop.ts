import type { UdpAddress } from "../../transport/udp-port.js";

/** A person or program asks the same plain words this often in a row; two servers set upon each other never stop. */
const mostRepeats = 16;
const mostAskers = 1000;

/**
 * Two servers that answer text with text can be set upon each other by one datagram with a forged address: what one
 * answers the other takes for a question. Told by questions that are, again and again, the answer before.
 */
export class AnswerLoop {
  readonly #last = new Map<string, { readonly answer: string; readonly repeats: number }>();

  /** Notes an answer to `from`; true if it would only go round once more. */
  closes(from: UdpAddress, question: Uint8Array, answer: Uint8Array): boolean {
    const key = `${from.port} ${from.address}`;
    const before = this.#last.get(key);
    const repeats = before?.answer === textOf(question) ? before.repeats + 1 : 0;
    this.#last.delete(key);
    this.#last.set(key, { answer: textOf(answer), repeats });
    if (this.#last.size > mostAskers) this.#last.delete(this.#last.keys().next().value as string);
    return repeats > mostRepeats;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
