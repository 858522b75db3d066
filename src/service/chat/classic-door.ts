import net, { type AddressInfo, type Socket } from "node:net";
import { defaultRoomName, roomName } from "../../session/chat/chat-name.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { ServerEvent } from "../api.js";
import { textEncoding } from "../text-encoding.js";
import type { ClassicChat, ClassicChatOptions } from "./chat-api.js";
import { ClassicMember } from "./classic-member.js";
import type { RoomBook } from "./room-book.js";

/** Anybody may come, so there are few at once. */
const maxClassicMembers = 100;

/** A port that is a plain text room: what a client sends are messages, what it gets is what the others say. */
export class ClassicDoor {
  readonly place: ClassicChat;
  readonly #server: net.Server;
  readonly #members: Set<ClassicMember>;

  private constructor(server: net.Server, place: ClassicChat, members: Set<ClassicMember>) {
    this.#server = server;
    this.place = place;
    this.#members = members;
  }

  /** E_LISTEN; E_USAGE for a bad room or encoding. */
  static async open(
    book: RoomBook,
    options: ClassicChatOptions,
    tell: (event: ServerEvent) => void,
  ): Promise<ClassicDoor> {
    const { host = "127.0.0.1", port } = options;
    const room = roomName(options.room ?? defaultRoomName);
    const encoding = await textEncoding(options.encoding ?? "utf-8");
    const members = new Set<ClassicMember>();
    const enter = async (socket: Socket): Promise<void> => {
      if (members.size >= maxClassicMembers) {
        socket.end(encoding.encode("The room is full; try again later.\n"));
        return;
      }
      const member = new ClassicMember(socket, encoding, () => members.delete(member), tell);
      members.add(member);
      try {
        member.enter(await book.open(room));
      } catch (error) {
        member.putOut(error instanceof Error ? error.message : String(error));
      }
    };
    const server = net.createServer({ noDelay: true, keepAlive: true }, (socket) => void enter(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) => {
        const why = cause.code === "EADDRINUSE" ? "it is taken" : cause.code;
        reject(
          new SampanError("E_LISTEN", `cannot open the plain text room on ${host}, port ${port}: ${why}`, { cause }),
        );
      });
      server.listen({ host, port }, resolve);
    });
    const { address, port: given } = server.address() as AddressInfo;
    return new ClassicDoor(server, { host: address, port: given, room, encoding: encoding.name }, members);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    for (const member of this.#members) member.putOut("The server is closing.");
    await closed;
  }
}
