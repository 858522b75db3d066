import type { RawConnection, RawEvents } from "./connection.js";

/** The same events, with `forget` called just before each `closed`. */
export function followClosed(events: RawEvents, forget: (connection: RawConnection) => void): RawEvents {
  return {
    opened: (connection) => events.opened(connection),
    chunk: (connection, bytes) => events.chunk(connection, bytes),
    ended: (connection) => events.ended(connection),
    closed: (connection, error) => {
      forget(connection);
      events.closed(connection, error);
    },
    ...(events.room && { room: (connection) => events.room?.(connection) }),
    ...(events.refused && { refused: (peer, error) => events.refused?.(peer, error) }),
    ...(events.trouble && { trouble: (connection, error) => events.trouble?.(connection, error) }),
  };
}
