import { serveVisit } from "../../session/chat/served-visit.js";
import type { RequestHandler } from "../../session/served-connection.js";
import { systemClock } from "../../transport/system-clock.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { CallerFacts, ServedService } from "../served-service.js";
import type { RoomBook } from "./room-book.js";

/** Chat rooms: `chat` goes into one, `rooms` lists them. */
export function chatService(book: RoomBook): ServedService {
  return {
    offers: ["chat"],
    requests: (caller) =>
      new Map<string, RequestHandler>([
        [
          "chat",
          {
            right: "read",
            endsConnection: true,
            handle: (request, talk) => serveVisit(request, talk, visitOptions(book, caller)),
          },
        ],
        [
          "rooms",
          {
            right: "read",
            endsConnection: false,
            handle: async (_request, { channel }) => {
              channel.send({ kind: "room-list" }, encodeUtf8(JSON.stringify(book.list())));
              channel.send({ kind: "end" });
            },
          },
        ],
      ]),
    close: () => book.close(),
  };
}

function visitOptions(book: RoomBook, { address, tell }: CallerFacts) {
  return {
    clock: systemClock,
    fanOut: book.fanOut,
    held: book.held,
    openRoom: (name: string) => book.open(name),
    letGo: (room: Parameters<RoomBook["letGo"]>[0]) => book.letGo(room),
    onJoined: (room: string, name: string) => tell({ event: "chat-joined", address, room, name }),
    onLeft: (room: string, name: string) => tell({ event: "chat-left", address, room, name }),
  };
}
