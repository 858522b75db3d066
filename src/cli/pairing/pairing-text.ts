import type { PairingEvent } from "../../service/pairing/pairing-event.js";
import { formatDuration } from "../duration.js";

/** What a server's owner reads about pairing. */
export function pairingText(event: PairingEvent): string {
  switch (event.event) {
    case "pairing-open":
      return `open for pairing, for ${formatDuration(event.forMs / 1000)}: ${event.code}`;
    case "paired":
      return "has paired, and got a link";
    case "pairing-guess":
      return `tried a wrong code; ${event.left === 0 ? "that was the last try" : `${event.left} more and the code is over`}`;
    case "pairing-over":
      return `pairing is over: ${whyOver[event.why]}`;
  }
}

export const whyOver = {
  used: "the code was used",
  guessed: "three wrong codes were tried; if that was not you, somebody else is trying",
  expired: "its time is up",
  closed: "it was closed here",
} as const;
