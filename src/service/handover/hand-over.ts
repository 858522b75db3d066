import { randomBytes } from "node:crypto";
import { SampanError } from "../../wire/sampan-error.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { ServerEvent } from "../api.js";
import { configFolder as defaultConfigFolder } from "../config-folder.js";
import { fileService } from "../files/file-service.js";
import { loadIdentity } from "../identity.js";
import { formatLink } from "../link-text.js";
import { openHouse } from "../open-house.js";
import { pairingService } from "../pairing/pairing-service.js";
import { TokenCheck } from "../token-book.js";
import { countOfNames } from "./handed-title.js";
import { HandoverCount } from "./handover-count.js";
import { type Handed, handoverService, maxTextBytes } from "./handover-service.js";
import { SelectionStore } from "./selection-store.js";

export interface HandOverOptions {
  /** How many receivers may have it. Default 1. */
  readonly times?: number;
  /** It is over after so long without having been fetched. Default 10 minutes. */
  readonly forMs?: number;
  readonly host?: string;
  /** Default: a free port. */
  readonly port?: number;
  readonly configFolder?: string;
  /** Do not tell the network; receivers need to be told where this is. */
  readonly hidden?: boolean;
  readonly onEvent?: (event: ServerEvent) => void;
  readonly signal?: AbortSignal;
}

/** Something that waits to be fetched. */
export interface HandOver {
  /** To be told to whoever shall fetch it. */
  readonly code: string;
  readonly host: string;
  readonly port: number;
  /**
   * Fulfilled when all receivers have it. E_TIMED_OUT when the time is up before, E_CODE when somebody has tried three
   * wrong codes, E_INTERRUPTED by the signal.
   */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

const defaultForMs = 10 * 60_000;

/** Hands files and folders, or a text, over to whoever has the code. E_NOT_FOUND, E_USAGE, E_TOO_LARGE, E_LISTEN. */
export async function handOver(
  what: readonly string[] | { readonly text: string },
  options: HandOverOptions = {},
): Promise<HandOver> {
  const { times = 1, forMs = defaultForMs, signal } = options;
  const store = new SelectionStore("text" in what ? [] : what);
  const handed: Handed = "text" in what ? { text: textBytes(what.text) } : { names: store.names };
  const identity = await loadIdentity(options.configFolder ?? defaultConfigFolder());
  const token = randomBytes(18).toString("base64url");
  const check = new TokenCheck();
  check.allow(token, ["read"]);
  const count = new HandoverCount(times);
  const tell = (event: ServerEvent): void => {
    count.take(event);
    options.onEvent?.(event);
  };
  const title = countOfNames(handed);
  const house = await openHouse({
    host: options.host,
    port: options.port ?? 0,
    plain: false,
    identity,
    check,
    title,
    udp: true,
    announced: !options.hidden,
    services: (desk, place) => [
      fileService(store, true),
      handoverService(handed, () => count.fetched()),
      pairingService({ desk, name: title, linkFor: () => formatLink({ ...place(), token }) }),
    ],
    tell,
  });
  const code = await house.desk.open({
    forMs,
    // The same receiver pairs again when it was interrupted: what counts is what was fetched.
    times: Number.POSITIVE_INFINITY,
    link: formatLink({ ...house.place, token }),
    onPaired: (address) => tell({ event: "paired", address }),
    onGuess: (address, left) => tell({ event: "pairing-guess", address, left }),
    onOver: (why) => {
      if (why === "guessed") count.fail(guessed());
      else if (why === "expired") count.failWhenIdle(expired());
    },
  });
  const aborted = (): void =>
    count.fail(new SampanError("E_INTERRUPTED", "interrupted; what waits to be fetched is gone"));
  signal?.addEventListener("abort", aborted, { once: true });
  if (signal?.aborted) aborted();
  const { host, port } = house.place;
  return {
    code,
    host,
    port,
    done: count.done,
    close: async () => {
      signal?.removeEventListener("abort", aborted);
      await house.close();
    },
  };
}

function textBytes(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes.length <= maxTextBytes) return bytes;
  throw new SampanError("E_TOO_LARGE", `a text has at most ${maxTextBytes} bytes; hand over a file instead`);
}

function guessed(): SampanError {
  return new SampanError(
    "E_CODE",
    "three wrong codes were tried, so this one is over; if that was nobody you know, somebody is trying",
  );
}

function expired(): SampanError {
  return new SampanError(
    "E_TIMED_OUT",
    "nobody has fetched it in time; run the command again, with --for to wait longer",
  );
}
