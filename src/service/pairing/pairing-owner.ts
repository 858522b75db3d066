import { readString, readWholeNumber } from "../../wire/field.js";
import type { Header } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { EventQueue } from "../event-queue.js";
import { parseLink } from "../link-text.js";
import { PeerDoor } from "../peer-door.js";
import type { LinkRight } from "../server-links.js";
import type { PairingEvent } from "./pairing-event.js";
import { ownLink, type RunningServer } from "./running-servers.js";

/** What its owner hears of a code; the same events as the server's log. */
export type PairingNews = PairingEvent;

export interface OpenOptions {
  readonly forMs?: number;
  readonly gives?: LinkRight;
  readonly signal?: AbortSignal;
}

/** Opens pairing on a server that runs in another process of the same user. */
export class PairingOwner {
  readonly #door: PeerDoor;

  constructor(configFolder: string, server: RunningServer) {
    this.#door = new PeerDoor(parseLink(ownLink(configFolder, server)), {});
  }

  /** Opens a code, tells what comes of it, and ends with it. Whoever leaves the loop early ends the code, too. */
  async *open({ forMs, gives, signal }: OpenOptions): AsyncGenerator<PairingNews, void, undefined> {
    const connection = await this.#door.take(signal);
    const news = new EventQueue<PairingNews>(64);
    const request: Header = { kind: "pair-open", ...(forMs ? { forMs } : {}), ...(gives ? { gives } : {}) };
    const call = connection
      .call(request, ({ header }) => news.push(newsOf(header)), signal)
      .then(
        (end) => news.push({ event: "pairing-over", why: endOf(end.why) }),
        (thrown) => {
          if (!signal?.aborted) throw thrown;
        },
      )
      .finally(() => news.end());
    call.catch(() => {});
    try {
      yield* news;
      await call;
    } finally {
      connection.channel.end();
    }
  }
}

function newsOf(header: Header): PairingNews {
  switch (header.kind) {
    case "pair-code":
      return {
        event: "pairing-open",
        code: readString(header, "code", 64),
        forMs: readWholeNumber(header, "forMs", Number.MAX_SAFE_INTEGER),
      };
    case "paired":
      return { event: "paired", address: readString(header, "address") };
    case "pair-guess":
      return {
        event: "pairing-guess",
        address: readString(header, "address"),
        left: readWholeNumber(header, "left", 100),
      };
    default:
      throw new SampanError("E_PROTOCOL", "this does not belong into an open pairing");
  }
}

function endOf(why: unknown): "used" | "guessed" | "expired" | "closed" {
  return why === "used" || why === "guessed" || why === "expired" ? why : "closed";
}
