import type { SampanError } from "../../wire/sampan-error.js";

/**
 * Raw bytes to and from one peer, without any protocol: a TCP, TLS or Unix connection, or what one address sends to a
 * UDP socket, of which each chunk is a datagram.
 */
export interface RawConnection {
  /** 1, 2, 3 … in the order in which the peers came. */
  readonly id: number;
  /** `127.0.0.1:52110`, `[::1]:9`, or the path of a Unix socket; printable. */
  readonly peer: string;
  readonly kind: "stream" | "datagram";
  /** Bytes given to `send` that the kernel has not taken yet. */
  readonly queuedBytes: number;
  /**
   * Sends bytes, or one datagram. `sent` is called once, later: when the kernel has them or when it is certain that it
   * never will. Until then the bytes must not change.
   */
  send(bytes: Uint8Array, sent?: (error: SampanError | undefined) => void): void;
  /** Ends this direction after what was sent before; the peer may go on. Nothing for datagrams. */
  endSending(): void;
  /** Ends both directions at once; what is queued is dropped. Bytes of the peer that nobody has read make it a reset. */
  destroy(): void;
  /**
   * Like `destroy`, but so that the peer can tell it from an orderly end: RST over TCP, an end without TLS's own
   * (close_notify) over TLS. Unix sockets have no such thing but for bytes that nobody has read.
   */
  reset(): void;
  /** Stops reading, so that the kernel slows the peer down; nothing for datagrams. */
  pause(): void;
  resume(): void;
}

/**
 * What happens to raw connections. Nothing is read of a connection before `opened` has returned, so one that is paused
 * there has lost nothing. `bytes` may be used again for the next chunk of any connection: copy what is kept.
 */
export interface RawEvents {
  opened(connection: RawConnection): void;
  chunk(connection: RawConnection, bytes: Uint8Array): void;
  /** The peer has ended its direction, in order. */
  ended(connection: RawConnection): void;
  /** It is over; the error says why, if not in order. Always the last call for a connection. */
  closed(connection: RawConnection, error: SampanError | undefined): void;
  /**
   * Where the next chunk of a stream is read to, if not to the buffer that all connections share; it belongs to the
   * endpoint until it comes back as the memory of a chunk. A chunk may come in other, fresh memory all the same.
   */
  room?(connection: RawConnection): Uint8Array | undefined;
  /** Somebody was turned away before `opened`: too many connections, or a TLS handshake that failed. */
  refused?(peer: string, error: SampanError): void;
  /**
   * A datagram did not get through, and more can be sent and come all the same: nobody listens there just now (ICMP),
   * or no route. Without this function the connection is closed with the error.
   */
  trouble?(connection: RawConnection, error: SampanError): void;
}

/** Something that listens, or one connection that was dialled. */
export interface RawEndpoint {
  /** The address with the port that was taken, as `parseAddress` reads it: `tcp://127.0.0.1:40123`. */
  readonly address: string;
  /** 0 for Unix sockets. */
  readonly port: number;
  /** Those that are open now, by id. */
  readonly connections: ReadonlyMap<number, RawConnection>;
  /** Takes nobody new, who is then refused by the system; what is open stays. Nothing for datagrams. */
  stopListening(): void;
  /** Stops listening and destroys what is open; fulfilled when ports and paths are free and each `closed` has been told. */
  close(): Promise<void>;
}
