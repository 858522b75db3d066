import type { Right } from "../wire/right.js";
import { formatLink, type ParsedLink } from "./link-text.js";
import type { FolderTokens, TokenCheck } from "./token-book.js";

/** The rights for which a server may give out a link. */
export type LinkRight = "read" | "write" | "run";

export function isLinkRight(word: string): word is LinkRight {
  return word === "read" || word === "write" || word === "run";
}

export interface ServerGives {
  readonly write: boolean;
  readonly run: boolean;
}

/** Which links a server gives out, and what their tokens allow. */
export class ServerLinks {
  readonly #tokens: FolderTokens;
  readonly #gives: ServerGives;

  constructor(tokens: FolderTokens, gives: ServerGives) {
    this.#tokens = tokens;
    this.#gives = gives;
  }

  /** Makes the tokens good. */
  admitTo(check: TokenCheck): void {
    const { read, write, run, own } = this.#tokens;
    const files: Right[] = this.#gives.write ? ["read", "write"] : ["read"];
    check.allow(read, ["read"]);
    if (this.#gives.write) check.allow(write, files);
    // Known even where nothing may be run, so that its holder is told that, and not that the link is unknown.
    check.allow(run, this.#gives.run ? [...files, "run"] : files);
    check.allow(own, [...files, ...(this.#gives.run ? ["run" as const] : []), "own"]);
  }

  /** The link for a right, to `place`; undefined if the server does not give it. */
  link(right: LinkRight, place: Omit<ParsedLink, "token">): string | undefined {
    if (right === "write" && !this.#gives.write) return undefined;
    if (right === "run" && !this.#gives.run) return undefined;
    return formatLink({ ...place, token: this.#tokens[right] });
  }
}
