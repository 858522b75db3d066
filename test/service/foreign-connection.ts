import net from "node:net";
import { encodeMessage, type Message, MessageDecoder } from "../../src/wire/message.js";

/** A plain connection of a client that knows only the document, on which the hello is said. */
export async function speak(link: string) {
  const { port } = new URL(link.replace("sampan:", "http:"));
  const token = /#([\w-]+)\./.exec(link)?.[1];
  const socket = net.connect(Number(port), "127.0.0.1");
  const decoder = new MessageDecoder();
  const arrived: Message[] = [];
  let wake = () => {};
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    decoder.push(chunk, (message) => void arrived.push(message));
    wake();
  });
  const send = (header: { kind: string; [key: string]: unknown }, body?: Uint8Array) =>
    socket.write(encodeMessage(header, body));
  /** The next message of a kind; others before it are passed over, but an error that was not asked for is thrown. */
  const next = async (kind: string): Promise<Message> => {
    for (;;) {
      for (let message = arrived.shift(); message; message = arrived.shift()) {
        if (message.header.kind === kind) return message;
        if (message.header.kind === "error") throw new Error(JSON.stringify(message.header));
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  send({ kind: "hello", versions: [1], token });
  await next("welcome");
  const kinds = () => arrived.map(({ header }) => header.kind);
  return { send, next, kinds, end: () => socket.destroy() };
}
