import type { ServeOptions, Server } from "../../service/api.js";
import { SampanError } from "../../wire/sampan-error.js";

/** The flags of `serve` for a plain text room. */
export interface ClassicChatFlags {
  readonly classicChat?: number;
  readonly classicHost?: string;
  readonly classicRoom?: string;
  readonly classicEncoding?: string;
}

/** E_USAGE for flags of a room that is not asked for. */
export function classicChatOf(flags: ClassicChatFlags): Pick<ServeOptions, "classicChat"> {
  const { classicChat: port, classicHost: host, classicRoom: room, classicEncoding: encoding } = flags;
  const more = {
    ...(host === undefined ? {} : { host }),
    ...(room === undefined ? {} : { room }),
    ...(encoding === undefined ? {} : { encoding }),
  };
  if (port !== undefined) return { classicChat: { port, ...more } };
  if (Object.keys(more).length === 0) return {};
  throw new SampanError("E_USAGE", "the other --classic flags need --classic-chat PORT");
}

/** What `serve` says of it. */
export function classicChatNotes({ classicChat }: Server): string[] {
  if (!classicChat) return [];
  const { host, port, room, encoding } = classicChat;
  return [
    `whoever reaches ${host}, port ${port}, is in the chat room "${room}", as plain ${encoding} text: nc ${host} ${port}`,
  ];
}

/** What the `listening` event says of it. */
export function classicChatEvent({ classicChat }: Server): { readonly classicChat?: object } {
  return classicChat ? { classicChat } : {};
}
