import type { ChatRoom, RoomEvent } from "../../service/chat/chat-api.js";
import { maxJsonBodyBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { writeOut } from "../exit.js";
import { inputLines } from "../input-lines.js";
import { jsonLine } from "../json-event.js";
import { jsonOfEvent } from "./event-json.js";
import { eventLines } from "./event-text.js";

/** So many lines may be said and not acknowledged before more are read: memory stays flat, however long the input. */
const maxUnacknowledged = 64;

export interface PipeChat {
  readonly json: boolean;
  /** Print what was said before, of which there is to be some. */
  readonly past: boolean;
  /** Print what is said, and stay until this is fulfilled. */
  readonly stop: Promise<void> | undefined;
}

/** Says each line of standard input; done when all are acknowledged, or, if it is watched, when it is stopped. */
export async function chatInPipe(room: ChatRoom, chat: PipeChat): Promise<void> {
  const { json, past, stop } = chat;
  let hasCaughtUp = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    hasCaughtUp = resolve;
  });
  const printing = printEvents(room, chat, hasCaughtUp);
  printing.catch(() => {});
  const speaking = speak(room, json).then(() => stop ?? (past ? caughtUp : undefined));
  // The visit may end before the input does.
  await Promise.race([speaking, stop ?? printing, printing]);
  await room.leave();
  await printing;
}

async function printEvents(room: ChatRoom, { json, past, stop }: PipeChat, caughtUp: () => void): Promise<void> {
  let isPast = past;
  for await (const event of room) {
    if (event.event === "caught-up") {
      isPast = false;
      caughtUp();
    }
    if (json || stop || (isPast && event.event === "said")) await print(event, json);
    else if (event.event === "lost") process.stderr.write(`${eventLines(event).join("\n")}\n`);
  }
}

async function print(event: RoomEvent, json: boolean): Promise<void> {
  if (json) return writeOut(process.stdout, jsonLine(jsonOfEvent(event)));
  const lines = eventLines(event);
  if (lines.length > 0) await writeOut(process.stdout, `${lines.join("\n")}\n`);
}

async function speak(room: ChatRoom, json: boolean): Promise<void> {
  const waiting = new Set<Promise<unknown>>();
  const say = (text: string): void => {
    const said = room.say(text);
    waiting.add(said);
    // One that fails stays, to be found below.
    said.then(
      () => waiting.delete(said),
      () => {},
    );
  };
  for await (const line of inputLines(process.stdin, 2 * maxJsonBodyBytes)) {
    if (!json) say(line);
    else if (line.trim() !== "") obey(room, line, say);
    while (waiting.size >= maxUnacknowledged) await Promise.race(waiting);
  }
  await Promise.all(waiting);
}

/** A line of --json input: `{"say":"text"}` or `{"typing":true}`. */
function obey(room: ChatRoom, line: string, say: (text: string) => void): void {
  const value = objectIn(line);
  if (typeof value.say === "string") say(value.say);
  else if (value.typing === true) room.typing();
  else throw new SampanError("E_USAGE", 'with --json each line of input is {"say":"text"} or {"typing":true}');
}

function objectIn(line: string): { readonly say?: unknown; readonly typing?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
