import { SampanError } from "./sampan-error.js";

/**
 * What a token allows. `read` and `write` are about files; `run` allows commands and shells; `own` is for whoever
 * started the server, on the same machine: it may open pairing. `pair` is the one right of a caller without a token,
 * while pairing is open.
 */
export const rights = ["read", "write", "run", "own", "pair"] as const;

export type Right = (typeof rights)[number];

export function isRight(word: string): word is Right {
  return (rights as readonly string[]).includes(word);
}

/** The error for a request that needs `right`. */
export function refusalWithout(right: Right): SampanError {
  return new SampanError("E_RIGHTS", refusals[right]);
}

const refusals: Readonly<Record<Right, string>> = {
  read: "this link does not allow reading",
  write: "this link only allows reading: ask for the other link",
  run: "this link does not allow running commands: ask for the link that does (the server needs --allow-run)",
  own: "only whoever started the server may do this, on the same machine",
  pair: "the server is not open for pairing just now: run `sampan pair` there",
};
