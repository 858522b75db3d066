import { type Converse, readBytes } from "./site.js";

/** What stands before and after the client's text in the answer of `ack`. */
export const ackStart = "我已收到您的请求[";
export const ackEnd = "],感谢您的关注!";

/** `ack`: each read is answered with its text in a sentence of thanks. A character cut by a read comes with the next. */
export const serveAck: Converse = async (connection, { encoding, tell }) => {
  const decoder = encoding.decoder();
  for (;;) {
    const bytes = await connection.readSome(readBytes);
    if (bytes === undefined) return;
    const text = decoder.decode(bytes);
    await tell({ event: "text", peer: connection.peer, bytes: bytes.length, text });
    await connection.send(encoding.encode(`${ackStart}${text}${ackEnd}`));
  }
};
