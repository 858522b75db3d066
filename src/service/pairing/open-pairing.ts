import { SampanError } from "../../wire/sampan-error.js";
import type { PairOptions } from "../api.js";
import type { LinkRight } from "../server-links.js";
import type { PairingDesk } from "./pairing-desk.js";
import type { PairingEvent } from "./pairing-event.js";

const defaultForMs = 5 * 60_000;

/** Opens pairing from within the server's own process. E_USAGE for a right that the server does not give. */
export async function openPairing(
  desk: PairingDesk,
  linkFor: (right: LinkRight) => string | undefined,
  { forMs = defaultForMs, gives }: PairOptions,
  tell: (event: PairingEvent) => void,
): Promise<string> {
  const link = gives === undefined ? (linkFor("write") ?? linkFor("read")) : linkFor(gives);
  if (link === undefined) throw new SampanError("E_USAGE", `this server does not give the right "${gives}"`);
  const code = await desk.open({
    forMs,
    times: 1,
    link,
    onPaired: (address) => tell({ event: "paired", address }),
    onGuess: (address, left) => tell({ event: "pairing-guess", address, left }),
    onOver: (why) => tell({ event: "pairing-over", why }),
  });
  tell({ event: "pairing-open", code, forMs });
  return code;
}
