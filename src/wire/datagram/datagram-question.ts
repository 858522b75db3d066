import { hasMagic } from "./sampan-datagram.js";

/** What a datagram asks for: the time as SNTP, something of sampan's own, or the time in a format of the asker's. */
export type DatagramQuestion = "sntp" | "sampan" | "strftime" | "torn";

const sntpBytes = 48;
const clientMode = 3;

/**
 * Tells the questions on one UDP port apart. SNTP by its length (48 bytes or more), its mode (3, a client's) and its
 * version (1 to 4), in the lowest six bits of the first byte; and because some of these bytes are letters, by a zero
 * byte, which every such packet has and no format may have. A shorter packet of that form is "torn".
 */
export function questionOf(bytes: Uint8Array): DatagramQuestion {
  if (hasMagic(bytes)) return "sampan";
  const first = bytes[0] ?? 0;
  const version = (first >> 3) & 7;
  const fromClient = (first & 7) === clientMode && version >= 1 && version <= 4;
  if (!fromClient || !bytes.includes(0)) return "strftime";
  return bytes.length >= sntpBytes ? "sntp" : "torn";
}
