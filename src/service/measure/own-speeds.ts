import { createCipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadDigest } from "../../store/digest.js";

/** How fast this process seals and hashes, in bytes a second, and the most that the system lets one connection hold. */
export interface OwnSpeeds {
  /** AES-128-GCM, as TLS 1.3 uses it. */
  readonly cipher: number;
  readonly digest: number;
  /** Bytes, where the system tells: of Linux's tcp_wmem and tcp_rmem the largest. */
  readonly sendBuffer?: number;
  readonly receiveBuffer?: number;
}

const pieceBytes = 1024 * 1024;
const eachMs = 60;

/** What was measured is told for so long: whoever asks again and again does not keep the processor busy. */
const rememberMs = 60_000;

let known: { readonly atMs: number; readonly speeds: Promise<OwnSpeeds> } | undefined;

/** Measures this machine; with pauses in which others get their turn. */
export function ownSpeeds(): Promise<OwnSpeeds> {
  const now = performance.now();
  if (!known || now - known.atMs > rememberMs) known = { atMs: now, speeds: measureSpeeds() };
  return known.speeds;
}

async function measureSpeeds(): Promise<OwnSpeeds> {
  const algorithm = await loadDigest("blake3");
  const piece = randomBytes(pieceBytes);
  const [key, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = await speedOf(() => {
    const sealing = createCipheriv("aes-128-gcm", key, iv);
    sealing.update(piece);
    sealing.final();
  });
  const digest = await speedOf(() => algorithm.hash(piece));
  const sendBuffer = largestBuffer("tcp_wmem");
  const receiveBuffer = largestBuffer("tcp_rmem");
  return {
    cipher,
    digest,
    ...(sendBuffer === undefined ? {} : { sendBuffer }),
    ...(receiveBuffer === undefined ? {} : { receiveBuffer }),
  };
}

/** Bytes a second, counting only the time in which it ran. */
async function speedOf(work: () => unknown): Promise<number> {
  work();
  let ranMs = 0;
  let bytes = 0;
  while (ranMs < eachMs) {
    const startMs = performance.now();
    work();
    ranMs += performance.now() - startMs;
    bytes += pieceBytes;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return Math.round(bytes / (ranMs / 1000));
}

function largestBuffer(name: string): number | undefined {
  try {
    const largest = Number(readFileSync(`/proc/sys/net/ipv4/${name}`, "latin1").trim().split(/\s+/)[2]);
    return Number.isSafeInteger(largest) && largest > 0 ? largest : undefined;
  } catch {
    return undefined;
  }
}
