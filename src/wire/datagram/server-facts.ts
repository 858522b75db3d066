import {
  isJsonObject,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
  readWholeNumber,
} from "../field.js";
import { maxAnnouncedNameLength, maxDatagramAnswerBytes } from "../limits.js";
import { parseJson } from "../message.js";
import { SampanError } from "../sampan-error.js";
import { encodeUtf8 } from "../utf8.js";

/** What a server tells everybody on its network. Nothing in it is secret, and nothing in it is proved. */
export interface ServerFacts {
  /** Made anew at each start, so that one server found in several ways counts once: 16 hex digits. */
  readonly id: string;
  /** The machine's name. */
  readonly name: string;
  /** The name of the served folder. */
  readonly folder: string;
  /** Where it can be reached. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly udpPort?: number;
  /** Of: files, run, shell, chat, time; others may come. */
  readonly offers: readonly string[];
  readonly version: string;
  /** SHA-256 of the server's certificate, base64url. */
  readonly fingerprint: string;
  /** Whether a code opens it just now. */
  readonly pairing: boolean;
  /** The number in the code of a hand-over that waits there. */
  readonly nameplate?: string;
}

const maxAddresses = 8;
const maxOffers = 16;
const idForm = /^[0-9a-f]{16}$/;
const fingerprintForm = /^[A-Za-z0-9_-]{43}$/;
const addressForm = /^[0-9a-fA-F.:]{2,45}$/;

/** The facts as JSON that fits into a datagram: with long names cut, and addresses left out where that is not enough. */
export function formatServerFacts(facts: ServerFacts): Uint8Array {
  const cut = { ...facts, name: fitName(facts.name), folder: fitName(facts.folder) };
  for (let most = maxAddresses; ; most--) {
    const bytes = encodeUtf8(JSON.stringify({ ...cut, addresses: facts.addresses.slice(0, most) }));
    if (bytes.length <= maxDatagramAnswerBytes) return bytes;
    if (most === 0) throw new SampanError("E_TOO_LARGE", "there is too much to tell for one datagram");
  }
}

/** Reads facts from a stranger; E_PROTOCOL or E_TOO_LARGE. The texts are to be escaped before they are printed. */
export function parseServerFacts(value: unknown): ServerFacts {
  if (!isJsonObject(value)) throw new SampanError("E_PROTOCOL", "what a server tells must be an object");
  const udpPort = readOptionalWholeNumber(value, "udpPort", 65_535, 1);
  const nameplate = readOptionalString(value, "nameplate", 16);
  return {
    id: readForm(readString(value, "id", 16), idForm, "id"),
    name: readString(value, "name", maxAnnouncedNameLength),
    folder: readString(value, "folder", maxAnnouncedNameLength),
    addresses: readStrings(value, "addresses", maxAddresses, 45).filter((address) => addressForm.test(address)),
    port: readWholeNumber(value, "port", 65_535, 1),
    ...(udpPort === undefined ? {} : { udpPort }),
    offers: readStrings(value, "offers", maxOffers, 16),
    version: readString(value, "version", 32),
    fingerprint: readForm(readString(value, "fingerprint", 43), fingerprintForm, "fingerprint"),
    pairing: readBoolean(value, "pairing"),
    ...(nameplate === undefined ? {} : { nameplate }),
  };
}

export function parseServerFactsJson(bytes: Uint8Array): ServerFacts {
  return parseServerFacts(parseJson(bytes, "answer about a server"));
}

/** A name short enough to be announced: control characters would only make it longer. */
export function fitName(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cs}]/gu, "?");
  if (plain.length <= maxAnnouncedNameLength) return plain;
  // Never half of a character.
  return `${plain.slice(0, maxAnnouncedNameLength - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function readForm(text: string, form: RegExp, name: string): string {
  if (form.test(text)) return text;
  throw new SampanError("E_PROTOCOL", `"${name}" is not of the right form`);
}
