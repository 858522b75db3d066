import type { SampanError } from "../wire/sampan-error.js";
import type { Direction } from "./side.js";

/** What made the assistant send: a person, a flag, a timer, a reply rule, a script or a log. */
export type SendCause = "typed" | "timed" | "reply" | "script" | "replay";

interface Stamp {
  /** Microseconds since 1970. */
  readonly time: number;
  /** The connection. */
  readonly id: number;
}

/** What happens in a session, in order. Bytes are only good until the listener returns: copy what is kept. */
export type ExchangeEvent =
  | (Stamp & { readonly event: "opened"; readonly peer: string; readonly kind: "stream" | "datagram" })
  /** Bytes as one read gave them, or a datagram. */
  | (Stamp & { readonly event: "chunk"; readonly dir: Direction; readonly bytes: Uint8Array })
  /** A frame, with its checksum if it has one. Numbers count from 1 in each direction of each connection. */
  | (Stamp & { readonly event: "frame"; readonly dir: Direction; readonly number: number; readonly bytes: Uint8Array })
  /** About the frame just told; without a framing rule, about the chunk. */
  | (Stamp & {
      readonly event: "checksum";
      readonly dir: Direction;
      readonly name: string;
      readonly ok: boolean;
      readonly got: Uint8Array;
      readonly expected: Uint8Array;
    })
  /** Bytes as they go on the wire. */
  | (Stamp & { readonly event: "sent"; readonly cause: SendCause; readonly bytes: Uint8Array })
  /** A rule has fitted; what it answers is told as `sent`. */
  | (Stamp & { readonly event: "reply"; readonly rule: string })
  /** The peer ended its direction. */
  | (Stamp & { readonly event: "ended"; readonly dir: Direction })
  | (Stamp & { readonly event: "closed"; readonly error: SampanError | undefined })
  /** Something went wrong, and the session goes on. Without `id` it is about no single connection. */
  | { readonly event: "problem"; readonly time: number; readonly id?: number; readonly error: SampanError };

export type ExchangeListener = (event: ExchangeEvent) => void;

/** Microseconds since 1970, finer than `Date.now`. */
export function nowMicroseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}
