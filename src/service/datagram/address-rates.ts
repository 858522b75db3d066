import { unmapped } from "../../transport/nearness.js";

export interface AddressRatesOptions {
  /** Answers a second to one address, and to all together. */
  readonly perSecond: number;
  readonly allPerSecond: number;
  /** So many at once after a pause. */
  readonly burst: number;
  /** Addresses that are remembered; beyond it the one that has been quiet the longest is forgotten. */
  readonly mostAddresses: number;
}

/** A `ping` sends 10 a second, a busy time client one a minute; whoever forges addresses gets little out of us. */
export const defaultAddressRates: AddressRatesOptions = {
  perSecond: 50,
  allPerSecond: 2000,
  burst: 200,
  mostAddresses: 10_000,
};

interface Bucket {
  left: number;
  atMs: number;
}

/** How many datagrams an address is answered: a token bucket for each, in a table that does not grow. */
export class AddressRates {
  readonly #options: AddressRatesOptions;
  readonly #buckets = new Map<string, Bucket>();
  readonly #all: Bucket;

  constructor(options: AddressRatesOptions, nowMs: number) {
    this.#options = options;
    this.#all = { left: options.allPerSecond, atMs: nowMs };
  }

  get addresses(): number {
    return this.#buckets.size;
  }

  /** Whether this one more is answered. */
  admits(address: string, nowMs: number): boolean {
    const { perSecond, allPerSecond, burst, mostAddresses } = this.#options;
    if (!take(this.#all, nowMs, allPerSecond, allPerSecond)) return false;
    const asker = networkOf(address);
    const bucket = this.#buckets.get(asker) ?? { left: burst, atMs: nowMs };
    this.#buckets.delete(asker);
    this.#buckets.set(asker, bucket);
    if (this.#buckets.size > mostAddresses) this.#buckets.delete(this.#buckets.keys().next().value as string);
    return take(bucket, nowMs, perSecond, burst);
  }
}

function take(bucket: Bucket, nowMs: number, perSecond: number, most: number): boolean {
  bucket.left = Math.min(most, bucket.left + (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond);
  bucket.atMs = nowMs;
  if (bucket.left < 1) return false;
  bucket.left--;
  return true;
}

/** Of IPv6 the first half: who has one address of it commonly has them all. */
function networkOf(address: string): string {
  const plain = unmapped(address);
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  if (tail !== undefined) while (groups.length + tail.split(":").length < 8) groups.push("0");
  return groups.slice(0, 4).join(":");
}
