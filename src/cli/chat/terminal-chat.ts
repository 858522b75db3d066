import type { Peer } from "../../service/api.js";
import type { ChatOptions } from "../../service/chat/chat-api.js";

export async function chatOnTerminal(peer: Peer, room: string | undefined, options: ChatOptions): Promise<void> {
  await peer.chat(room, options);
}
