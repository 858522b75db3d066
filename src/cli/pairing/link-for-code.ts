import { setTimeout as delay } from "node:timers/promises";
import { parseHostPort } from "../../service/host-port.js";
import { pairByCode } from "../../service/pairing/find-by-code.js";
import { pairWith } from "../../service/pairing/pair-with.js";
import { SampanError } from "../../wire/sampan-error.js";

/** While somebody else is pairing with the same server: so often, so far apart. */
const busyTries = 10;
const busyDelayMs = 500;

/** Gets the link that a server gives for a code; from `host`, or from whoever on this network shows the code's number. */
export async function linkForCode(code: string, host: string | undefined, signal?: AbortSignal): Promise<string> {
  const place = host === undefined ? undefined : parseHostPort(host);
  for (let left = busyTries; ; left--) {
    try {
      const paired = place ? pairWith({ ...place, code, signal }) : pairByCode(code, { signal });
      return (await paired).link;
    } catch (thrown) {
      if (!(thrown instanceof SampanError) || thrown.code !== "E_BUSY" || left === 0) throw thrown;
      await delay(busyDelayMs, undefined, signal ? { signal } : {});
    }
  }
}
