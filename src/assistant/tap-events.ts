import type { SampanError } from "../wire/sampan-error.js";
import type { Direction } from "./side.js";

/** One client of a tap, with the connection to the target that was made for it. */
export interface TapFlow {
  /** 1, 2, 3 … in the order in which the clients came. */
  readonly id: number;
  readonly kind: "stream" | "datagram";
  /** The client's address. */
  readonly client: string;
  /** The target's; what the command line said until it is connected. */
  readonly target: string;
  /** What the client has sent, in bytes. */
  readonly inBytes: number;
  /** What the target has sent, in bytes. */
  readonly outBytes: number;
}

/** What goes by. `in` is what the client sends, `out` what the target does. */
export interface TapEvents {
  /** Client and target are connected. */
  opened(flow: TapFlow): void;
  /** Bytes as they were read, just before they are passed on; copy what is kept. */
  chunk(flow: TapFlow, direction: Direction, bytes: Uint8Array): void;
  /** Whoever sends in this direction has ended it, in order; the other one is told likewise. */
  ended(flow: TapFlow, direction: Direction): void;
  /** Both sides are closed; the error says why, if not in order. Told without `opened` if the target was not reached. */
  closed(flow: TapFlow, error: SampanError | undefined): void;
  /** A client was turned away: too many of them, or a TLS handshake that failed. */
  refused?(client: string, error: SampanError): void;
  /** A datagram did not get through; the flow goes on. */
  trouble?(flow: TapFlow, error: SampanError): void;
}
