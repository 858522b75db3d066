import type { TextEncoding } from "../service/text-encoding.js";
import { SampanError } from "../wire/sampan-error.js";
import { ackEnd, ackStart } from "./ack.js";
import type { Caller } from "./caller.js";
import type { Connection } from "./connection.js";
import { decodeWhole } from "./site.js";
import { stripped } from "./upper.js";

export type TextProtocol = "upper" | "upper-once" | "ack";

/** A longer text than any prompt gives; what is sent is held until its answer has come. */
const maxTextBytes = 2 ** 20;
/** How long an answer that is not as expected may pause before it is taken as it is. */
const quietMs = 1_000;
/** With all that stands around it, were it read byte by byte. */
const maxAnswerBytes = 64 * maxTextBytes;

/**
 * Sends one text and gives the answer. `upper` has no framing, but its answer is as long as the text, and that of `ack`
 * is known, so that neither is cut by a read; `upper-once` ends with the connection.
 */
export async function askText(
  caller: Caller,
  protocol: TextProtocol,
  encoding: TextEncoding,
  text: string,
): Promise<string> {
  const bytes = Buffer.from(encoding.encode(text));
  if (bytes.length > maxTextBytes)
    throw new SampanError("E_USAGE", `a text of ${bytes.length} bytes; the most is ${maxTextBytes}`);
  const isSpace = stripped(bytes).length === 0;
  if (bytes.length === 0 || (protocol === "upper-once" && isSpace)) return "";
  const answer = await caller.run(true, (connection) => exchange(connection, protocol, encoding, bytes));
  if (protocol === "upper-once") caller.hangUp();
  return decodeWhole(encoding, answer);
}

async function exchange(
  connection: Connection,
  protocol: TextProtocol,
  encoding: TextEncoding,
  bytes: Buffer,
): Promise<Buffer> {
  // While a long text is on its way its answer begins to come; a peer that is not read from stops reading.
  const sent = connection.send(bytes);
  sent.catch(() => {}); // told below
  const answer = await readAnswer(connection, protocol, encoding, bytes);
  await sent;
  return answer;
}

async function readAnswer(
  connection: Connection,
  protocol: TextProtocol,
  encoding: TextEncoding,
  bytes: Buffer,
): Promise<Buffer> {
  let answer = Buffer.alloc(0);
  const isWhole = wholeness(protocol, encoding, bytes);
  while (!isWhole(answer)) {
    // Another server than the tutorials' may word its answer as it likes: then what has come is all of it.
    if (answer.length > 0 && !(await connection.hasMoreWithin(quietMs))) break;
    const part = await connection.readSome(maxTextBytes);
    if (part === undefined) break;
    answer = Buffer.concat([answer, part]);
    if (answer.length > maxAnswerBytes) throw new SampanError("E_TOO_LARGE", "the answer does not end");
  }
  if (answer.length === 0)
    throw new SampanError("E_CONNECTION_LOST", "the server closed the connection without an answer");
  return answer;
}

/** Tells whether an answer is whole. */
function wholeness(protocol: TextProtocol, encoding: TextEncoding, bytes: Buffer): (answer: Buffer) => boolean {
  if (protocol === "upper-once") return () => false;
  if (protocol === "upper") return (answer) => answer.length >= bytes.length;
  const start = Buffer.from(encoding.encode(ackStart));
  const end = Buffer.from(encoding.encode(ackEnd));
  const ownStarts = countOf(bytes, start);
  // A long text is read in several pieces and thanked for each.
  return (answer) => {
    const sentences = Math.max(1, countOf(answer, start) - ownStarts);
    const text = answer.length - sentences * (start.length + end.length);
    return text >= bytes.length && answer.subarray(-end.length).equals(end);
  };
}

function countOf(bytes: Buffer, part: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) count++;
  return count;
}
