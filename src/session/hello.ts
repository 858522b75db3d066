import { readArray, readBoolean, readOptionalString, readString, readStrings } from "../wire/field.js";
import { maxTokenLength } from "../wire/limits.js";
import type { Header } from "../wire/message.js";
import { isRight, type Right } from "../wire/right.js";
import { SampanError } from "../wire/sampan-error.js";
import type { DigestAlgorithm } from "./ports.js";

/*
 *   C→S  hello    {versions: [1], agent, token, digests: ["blake3", "sha256"], pings}
 *   S→C  welcome  {version, agent, rights: ["read", "write"], digest, pings}
 *
 * The client may send its first request together with the hello. `digests` is in the client's order; the server takes
 * the first that it has. An end that says `pings` sends `ping` when it has sent nothing for 2 s in a conversation, and
 * may take 8 s of silence from an end that said so for its loss.
 */

export const protocolVersion = 1;

export interface Hello {
  readonly versions: readonly unknown[];
  readonly agent: string;
  readonly token: string;
  readonly digests: readonly string[];
  readonly pings: boolean;
}

export function helloHeader(agent: string, token: string, digests: readonly DigestAlgorithm[]): Header {
  return {
    kind: "hello",
    versions: [protocolVersion],
    agent,
    token,
    digests: digests.map(({ name }) => name),
    pings: true,
  };
}

export function parseHello(header: Header): Hello {
  if (header.kind !== "hello") throw new SampanError("E_PROTOCOL", "the first message must be a hello");
  return {
    versions: readArray(header, "versions", 64),
    agent: readOptionalString(header, "agent", 100) ?? "",
    token: readOptionalString(header, "token", maxTokenLength) ?? "",
    digests: header.digests === undefined ? ["sha256"] : readStrings(header, "digests", 16, 32),
    pings: readBoolean(header, "pings"),
  };
}

/** The digest to be used: the first of the client's that this end has. */
export function chooseDigest(offered: readonly string[], known: readonly DigestAlgorithm[]): DigestAlgorithm {
  for (const name of offered) {
    const found = known.find((algorithm) => algorithm.name === name);
    if (found) return found;
  }
  throw new SampanError("E_VERSION", "the two ends have no digest algorithm in common");
}

export interface Welcome {
  readonly agent: string;
  readonly rights: ReadonlySet<Right>;
  readonly digest: DigestAlgorithm;
  readonly pings: boolean;
}

export function parseWelcome(header: Header, known: readonly DigestAlgorithm[]): Welcome {
  if (header.kind !== "welcome") throw new SampanError("E_PROTOCOL", `expected a welcome and got "${header.kind}"`);
  if (header.version !== protocolVersion) throw new SampanError("E_VERSION", "the server speaks another version");
  return {
    agent: readOptionalString(header, "agent", 100) ?? "",
    rights: new Set(readStrings(header, "rights", 16, 32).filter(isRight)),
    digest: chooseDigest([readString(header, "digest", 32)], known),
    pings: readBoolean(header, "pings"),
  };
}
