import { createHash } from "node:crypto";
import path from "node:path";
import type { ServerEvent } from "../api.js";
import type { ServedService } from "../served-service.js";
import type { ClassicChat, ClassicChatOptions } from "./chat-api.js";
import { chatService } from "./chat-service.js";
import { RoomBook } from "./room-book.js";

export interface OpenChatOptions {
  readonly configFolder: string;
  /** The served folder: each has rooms of its own. */
  readonly folder: string;
  readonly classic: ClassicChatOptions | undefined;
  readonly tell: (event: ServerEvent) => void;
}

/** The chat of a server, with its plain text door if one is wanted. E_LISTEN, E_USAGE. */
export async function openChat({ configFolder, folder, classic, tell }: OpenChatOptions) {
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const book = new RoomBook({
    folder: path.join(configFolder, "rooms", hash),
    onTrouble: (room, message) => tell({ event: "chat-trouble", room, message }),
  });
  const service = chatService(book);
  if (!classic) return { service, classic: undefined as ClassicChat | undefined };
  // Few servers have such a door: only those load it.
  const { ClassicDoor } = await import("./classic-door.js");
  const door = await ClassicDoor.open(book, classic, tell);
  const close = async () => {
    await door.close();
    await service.close();
  };
  return { service: { ...service, close } satisfies ServedService, classic: door.place };
}
