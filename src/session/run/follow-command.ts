import { readWholeNumber } from "../../wire/field.js";
import { inputWindowBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Conversation } from "../served-connection.js";
import type { Command } from "./command.js";
import { InputIntake } from "./input-intake.js";
import { OutputSender } from "./output-sender.js";
import { endHeader, readSignal } from "./run-message.js";

export interface Following {
  readonly conversation: Conversation;
  readonly command: Command;
  readonly id: string;
  readonly window: number | undefined;
  /** Whether the peer may give input. */
  readonly input: boolean;
  /** The connection was lost while the command ran. */
  readonly lost: () => void;
}

/** The server's side, from `started` to `seen`: output there, input and signals from there. */
export async function followCommand(following: Following): Promise<void> {
  const { conversation, command, id, input } = following;
  const { channel } = conversation;
  const dropped = command.log.droppedBytes;
  const sender = new OutputSender(channel, command.log.read(), following.window);
  const intake = input ? new InputIntake(channel, command) : undefined;
  const over = untilSeen(following, sender, intake);
  channel.send({
    kind: "started",
    id,
    ...(input ? { inputWindow: inputWindowBytes } : {}),
    ...(dropped > 0 ? { dropped } : {}),
  });
  sender.start();
  await sender.done;
  const end = await command.ended;
  // Input may still be on its way into a pipe that nobody reads any more; after the end nothing is said of it.
  intake?.stop();
  channel.send(endHeader(end));
  await over;
}

/** Takes what the peer sends; resolves when it has seen the end, or is gone. */
function untilSeen(
  { conversation, command, lost }: Following,
  sender: OutputSender,
  intake: InputIntake | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    conversation.onClose = () => {
      lost();
      sender.stop();
      resolve();
    };
    conversation.onMessage = (message) => {
      const { header } = message;
      switch (header.kind) {
        case "taken":
          return sender.taken(readWholeNumber(header, "bytes", Number.MAX_SAFE_INTEGER));
        case "input":
          if (!intake) throw new SampanError("E_PROTOCOL", "this command takes no input");
          return intake.take(message);
        case "signal":
          return command.signal(readSignal(header));
        case "seen":
          return resolve();
        default:
          throw new SampanError("E_PROTOCOL", `"${header.kind.slice(0, 40)}" does not belong to a command`);
      }
    };
  });
}

/** A command that runs on by itself: the peer gets its id, and says that it has seen it. */
export async function tellDetached(conversation: Conversation, id: string): Promise<void> {
  const { channel } = conversation;
  const over = new Promise<void>((resolve) => {
    conversation.onClose = () => resolve();
    conversation.onMessage = ({ header }) => {
      if (header.kind === "seen") resolve();
    };
  });
  channel.send({ kind: "started", id });
  channel.send({ kind: "end" });
  await over;
}
