import dgram from "node:dgram";
import { lookup } from "node:dns/promises";
import { setTimeout as pause } from "node:timers/promises";
import { dialError } from "../transport/socket-error.js";
import { SampanError } from "../wire/sampan-error.js";
import type { PeerAddress } from "./address.js";

/** The most that one datagram over IPv4 carries. */
export const maxDatagramBytes = 65_507;

export interface AskOptions {
  readonly address: PeerAddress;
  readonly tries: number;
  /** How long each try waits for the answer. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** After a refusal, which comes at once, a moment passes before the next try. */
const afterRefusalMs = 100;

/**
 * Sends a datagram and gives the answer. It is sent again if none comes, as either may have been lost; E_TIMED_OUT
 * after the last try. Each try has a socket of its own: an answer that is late is not taken for that to another question.
 */
export async function askDatagram(bytes: Uint8Array, { address, tries, waitMs, signal }: AskOptions): Promise<Buffer> {
  if (bytes.length > maxDatagramBytes)
    throw new SampanError(
      "E_USAGE",
      `a datagram holds at most ${maxDatagramBytes} bytes; this text has ${bytes.length}`,
    );
  const { address: ip, family } = await lookup(address.host).catch((error: unknown) => {
    throw dialError(error, address.text);
  });
  let last = "no answer";
  for (let attempt = 1; attempt <= tries; attempt++) {
    const found = await askOnce(bytes, { ip, family, port: address.port }, waitMs, signal);
    if (typeof found !== "string") return found;
    if (signal.aborted) throw signal.reason;
    last = found;
    if (found !== "no answer" && attempt < tries) await pause(afterRefusalMs);
  }
  throw new SampanError(
    "E_TIMED_OUT",
    `${address.text} did not answer: gave up after ${tries} tries; the last one: ${last}`,
  );
}

interface Target {
  readonly ip: string;
  readonly family: number;
  readonly port: number;
}

/** The answer, or why there is none. */
function askOnce(
  bytes: Uint8Array,
  { ip, family, port }: Target,
  waitMs: number,
  signal: AbortSignal,
): Promise<Buffer | string> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(family === 6 ? "udp6" : "udp4");
    const settle = (result: Buffer | string): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.close(() => resolve(result));
    };
    const stop = (): void => settle("interrupted");
    const timer = setTimeout(() => settle("no answer"), waitMs);
    signal.addEventListener("abort", stop);
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle(error.code === "ECONNREFUSED" ? "nobody listens on that port" : error.message),
    );
    // Connected, it hears nobody but the server, and hears of it that nobody listens there.
    socket.connect(port, ip, () => {
      socket.once("message", settle);
      socket.send(bytes, (error) => {
        if (error) settle(error.message);
      });
    });
  });
}
