import { readWholeNumber } from "../wire/field.js";
import type { Header } from "../wire/message.js";

/*
 *   C→S  udp  {id}        → end {id, port}
 *
 * Asks for a reliable stream over UDP, on which the client then says hello as on any connection. `id` is what each end
 * calls its side; the client's first packet goes to the server's `port` at the address it has connected to.
 */

const mostId = 2 ** 32 - 1;

/** One end's side of a stream. */
export function readStreamId(header: Header): number {
  return readWholeNumber(header, "id", mostId, 1);
}

export function readStreamPort(header: Header): number {
  return readWholeNumber(header, "port", 65_535, 1);
}
