import { setTimeout as delay } from "node:timers/promises";
import { parseHostPort } from "../service/host-port.js";
import { pairWith } from "../service/pairing/pair-with.js";
import { SampanError } from "../wire/sampan-error.js";

/** While somebody else is pairing with the same server: so often, so far apart. */
const busyTries = 10;
const busyDelayMs = 500;

/** Gets the link that a server gives for a code; from `host`, or from whoever on this network shows the code's number. */
export async function linkForCode(code: string, host: string | undefined, signal?: AbortSignal): Promise<string> {
  if (host === undefined) {
    throw new SampanError("E_USAGE", "a code needs to know where it is shown: add HOST or HOST:PORT");
  }
  const place = parseHostPort(host);
  for (let left = busyTries; ; left--) {
    try {
      return (await pairWith({ ...place, code, signal })).link;
    } catch (thrown) {
      if (!(thrown instanceof SampanError) || thrown.code !== "E_BUSY" || left === 0) throw thrown;
      await delay(busyDelayMs, undefined, signal ? { signal } : {});
    }
  }
}
