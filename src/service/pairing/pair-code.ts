import { randomInt } from "node:crypto";
import { SampanError } from "../../wire/sampan-error.js";
import { codeWords } from "./code-words.js";

/*
 *   4821-harbor-lemon-violin
 *   ^^^^ nameplate: says which server, and is announced to the network; no secret
 *        ^^^^^^^^^^^^^^^^^^^ 24 bits, known to those who were told
 *
 * 24 bits would fall in seconds to whoever could try them at leisure. The exchange allows no such tries (RFC 9807), and
 * a code is over after three wrong ones: one chance in five million.
 */

export interface PairCode {
  readonly nameplate: number;
  /** The whole code in its one form: what goes into the exchange. */
  readonly text: string;
}

const secretWords = 3;
const firstNameplate = 1000;
const lastNameplate = 9999;

/** A fresh code. */
export function makePairCode(): PairCode {
  const nameplate = randomInt(firstNameplate, lastNameplate + 1);
  const words = Array.from({ length: secretWords }, () => codeWords[randomInt(codeWords.length)] as string);
  return { nameplate, text: [nameplate, ...words].join("-") };
}

/** Whether `text` is meant as a code, and not as a link. */
export function looksLikePairCode(text: string): boolean {
  return /^\s*\d{1,6}[\s-]+[a-z]/i.test(text);
}

/** Reads a code as people type it: any case, spaces or dashes. E_USAGE, without repeating the code, if it is none. */
export function parsePairCode(text: string): PairCode {
  const [number = "", ...words] = text
    .trim()
    .toLowerCase()
    .split(/[\s-]+/);
  const nameplate = Number(number);
  if (!/^\d{4}$/.test(number) || nameplate < firstNameplate || words.length !== secretWords) {
    throw new SampanError(
      "E_USAGE",
      "a code is a number of four digits and three words, such as 4821-harbor-lemon-violin",
    );
  }
  const unknown = words.findIndex((word) => !codeWords.includes(word));
  if (unknown >= 0) {
    const place = ["first", "second", "third"][unknown] ?? "last";
    throw new SampanError(
      "E_USAGE",
      `the ${place} word of the code is none of the words in use: look for a slip of the fingers`,
    );
  }
  return { nameplate, text: [number, ...words].join("-") };
}
