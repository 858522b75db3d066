import {
  isJsonObject,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
} from "../../wire/field.js";
import { maxShortTextLength } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Job } from "./job-list.js";

/** So many arguments of a command are listed, each cut to this length: a list of all jobs fits a message. */
const listedArguments = 16;
const listedArgumentLength = 64;

/** A command of a server, as `jobs` lists it. Texts are the peer's, unescaped. */
export interface JobFacts {
  readonly id: string;
  /** The program and its arguments, shortened. */
  readonly argv: readonly string[];
  /** Runs on when nobody listens. */
  readonly detached: boolean;
  /** ISO 8601, by the server's clock. */
  readonly startedAt: string;
  /** Who started it: `host:port`, or "unix". */
  readonly address: string;
  /** How it ended; undefined while it runs. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
}

/** One item of the JSON list in a `joblist`. */
export function jobFacts({ id, request, startedAt, address, end }: Job) {
  const { argv, detach } = request;
  const cut = (text: string) => (text.length > listedArgumentLength ? `${text.slice(0, listedArgumentLength)}…` : text);
  const listed = argv.slice(0, listedArguments).map(cut);
  return {
    id,
    argv: argv.length > listedArguments ? [...listed, "…"] : listed,
    detached: detach,
    startedAt: startedAt.toISOString(),
    address,
    ...(end ? { status: end.status } : {}),
    ...(end?.signal === undefined ? {} : { signal: end.signal }),
  };
}

/** E_PROTOCOL, E_TOO_LARGE. */
export function parseJobFacts(value: unknown): JobFacts {
  if (!isJsonObject(value)) throw new SampanError("E_PROTOCOL", "a job must be an object");
  return {
    id: readString(value, "id", 64),
    argv: readStrings(value, "argv", listedArguments + 1, maxShortTextLength),
    detached: readBoolean(value, "detached"),
    startedAt: readString(value, "startedAt", 64),
    address: readString(value, "address"),
    status: readOptionalWholeNumber(value, "status", 255),
    signal: readOptionalString(value, "signal", 32),
  };
}
