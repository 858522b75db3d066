import type { ChatOptions } from "../../service/chat/chat-api.js";
import { printable } from "../../wire/wire-path.js";
import { writeOut } from "../exit.js";
import { abortOnInterrupt, onInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { linkOfRemote } from "../named-remote.js";
import { withPeer } from "../open-remote.js";
import { type WayFlags, wayOptions } from "../way.js";

export interface ChatFlags extends WayFlags {
  readonly name?: string;
  readonly history?: number;
  readonly follow?: true;
  readonly rooms?: true;
  readonly timeout?: number;
  readonly json?: true;
}

/** sampan chat REMOTE [ROOM]: a conversation on a terminal, lines in a pipe. */
export async function chat(remote: string, room: string | undefined, flags: ChatFlags): Promise<number> {
  const link = await linkOfRemote(remote, "where chat goes");
  const isOnTerminal = process.stdin.isTTY && process.stdout.isTTY && !flags.json;
  const isWatched = process.stdin.isTTY || flags.follow === true;
  // On a terminal Ctrl-C is a key; for whoever only watches it is the way to end it. Neither is a failure.
  const isStopped = new Promise<void>((resolve) => {
    if (isWatched && !isOnTerminal) onInterrupt(resolve);
  });
  const signal =
    (isOnTerminal || isWatched) && !flags.rooms ? new AbortController().signal : abortOnInterrupt("interrupted");
  const options: ChatOptions = {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    history: flags.history ?? (isOnTerminal || isWatched ? 50 : 0),
    timeoutMs: isOnTerminal ? Number.POSITIVE_INFINITY : (flags.timeout ?? 60_000),
    signal,
  };
  await withPeer(link, { ...wayOptions(flags), signal }, async (peer) => {
    if (flags.rooms) {
      for (const facts of await peer.chatRooms({ signal })) {
        const { room: name, members, lastAt } = facts;
        const last = lastAt === undefined ? "" : `  ${new Date(lastAt).toISOString()}`;
        await writeOut(
          process.stdout,
          flags.json ? jsonLine({ event: "room", ...facts }) : `${printable(name)}  ${members} here${last}\n`,
        );
      }
      return;
    }
    if (isOnTerminal) {
      const { chatOnTerminal } = await import("../chat/terminal-chat.js");
      await chatOnTerminal(peer, room, options);
      return;
    }
    const { chatInPipe } = await import("../chat/pipe-chat.js");
    await chatInPipe(await peer.chat(room, options), {
      json: flags.json ?? false,
      past: (flags.history ?? 0) > 0,
      stop: isWatched ? isStopped : undefined,
    });
  });
  return 0;
}
