import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { UdpAddress } from "../../transport/udp-port.js";
import { cookieBytes } from "../../wire/datagram/sampan-datagram.js";

/** A cookie is good for this long, and as long again. */
const epochMs = 600_000;

/**
 * Cookies: whoever sends one back has got an answer at the address that the question names, and so has not forged it.
 * They are made from the address and a secret of this process; nothing is kept for each.
 */
export class AddressCookies {
  readonly #secret = randomBytes(32);

  cookieFor(asker: UdpAddress, nowMs: number): Uint8Array {
    return this.#make(asker, Math.floor(nowMs / epochMs));
  }

  proves(cookie: Uint8Array, asker: UdpAddress, nowMs: number): boolean {
    if (cookie.length !== cookieBytes) return false;
    const epoch = Math.floor(nowMs / epochMs);
    return [epoch, epoch - 1].some((one) => timingSafeEqual(this.#make(asker, one), cookie));
  }

  #make({ address, port }: UdpAddress, epoch: number): Uint8Array {
    const mac = createHmac("sha256", this.#secret).update(`${epoch} ${port} ${address}`).digest();
    return mac.subarray(0, cookieBytes);
  }
}
