// Reads a socket section by section, each straight into the memory that it is meant for.
import { readStatically } from "../../dist/transport/static-read.js";

/**
 * @param first a section {room, filled()}: `filled` is called when the room is full, and gives the next section. Behind
 *   the last one nothing may come.
 * @returns what `onread` takes: where the next bytes go, and what is told of those that have come
 */
export function sectionReader(first) {
  let section = first;
  let at = 0;
  return {
    buffer: () => (at === 0 ? section.room : section.room.subarray(at)),
    callback(count) {
      at += count;
      while (section !== undefined && at === section.room.length) {
        section = section.filled();
        at = 0;
      }
      section ??= { room: Buffer.alloc(1), filled: () => undefined };
      return true;
    },
  };
}

/** For an accepted socket, which has no `onread`: the same mechanism by its inner names, or plain events. */
export function readAccepted(socket, reader) {
  if (!readStatically(socket, reader)) {
    socket.on("data", (chunk) => {
      for (let at = 0; at < chunk.length; ) {
        const count = chunk.copy(reader.buffer(), 0, at);
        reader.callback(count);
        at += count;
      }
    });
  }
  socket.resume();
}
