import type { Peer } from "../../service/api.js";
import type { ChatOptions, ChatRoom, RoomEvent } from "../../service/chat/chat-api.js";
import { roomName } from "../../session/chat/chat-name.js";
import { toSampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { countOf, formatBytes } from "../byte-size.js";
import { errorText } from "../exit.js";
import { LineScreen } from "../screen/line-screen.js";
import { PromptScreen } from "../screen/prompt-screen.js";
import { paint, terminalTraits } from "../terminal.js";
import { commandHelp, commandWords, parseChatLine } from "./chat-command.js";
import { type ChatStyle, eventLines } from "./event-text.js";
import { paintName } from "./name-color.js";
import { TypingList } from "./typing-list.js";

/** Goes from room to room until the user leaves. */
export async function chatOnTerminal(peer: Peer, room: string | undefined, options: ChatOptions): Promise<void> {
  const chat = new TerminalChat(peer, options);
  try {
    let entered: ChatRoom | undefined = await peer.chat(room, options);
    while (entered) entered = await chat.visit(entered);
  } finally {
    chat.close();
  }
}

class TerminalChat {
  readonly #peer: Peer;
  readonly #options: ChatOptions;
  readonly #screen: PromptScreen | LineScreen;
  readonly #style: ChatStyle;
  readonly #typing = new TypingList(() => this.#showStatus());
  #room: ChatRoom | undefined;
  /** A room that was entered while the user was still in another. */
  #next: ChatRoom | undefined;
  #isLost = false;
  #hasEnded = false;

  constructor(peer: Peer, options: ChatOptions) {
    this.#peer = peer;
    this.#options = options;
    const { live, color } = terminalTraits(process.stdout, process.env);
    this.#style = {
      name: (name) => paintName(name, color),
      dim: (text) => paint(text, "dim", color),
      mostLines: 50,
      mostLength: 4000,
    };
    const keys = {
      input: process.stdin,
      output: process.stdout,
      onText: (text: string) => {
        if (text !== "") this.#entered(text);
      },
      onInterrupt: () => {
        if (this.#screen.isEmpty) this.#leave();
        else this.#screen.drop();
      },
      onEnd: () => this.#leave(),
    };
    if (!live) {
      this.#screen = new LineScreen(keys);
      return;
    }
    this.#screen = new PromptScreen({
      ...keys,
      color,
      prompt: "› ",
      promptTone: "plain",
      status: "",
      holdsPaste: true,
      keepsTyped: false,
      complete: (line) => this.#complete(line),
      onTyping: (line) => {
        if (!line.startsWith("/")) this.#room?.typing();
      },
    });
  }

  /** Shows a room until it is left; resolves to the next one, if the user goes to another. */
  async visit(room: ChatRoom): Promise<ChatRoom | undefined> {
    this.#room = room;
    if (this.#hasEnded) this.#leave();
    else if (this.#next) this.#leaveRoom();
    this.#showStatus();
    for await (const event of room) this.#happened(event);
    this.#typing.clear();
    const next = this.#next;
    this.#next = undefined;
    return next;
  }

  close(): void {
    this.#typing.clear();
    this.#screen.close();
  }

  #happened(event: RoomEvent): void {
    if (event.event === "typing") this.#typing.add(event.name);
    if (event.event === "left") this.#typing.remove(event.name);
    if (event.event === "said") this.#typing.remove(event.from);
    if (event.event === "lost" || event.event === "joined") {
      const wasLost = this.#isLost;
      this.#isLost = event.event === "lost";
      // Said once, however many tries it takes.
      if (wasLost && this.#isLost) return;
    }
    this.#screen.print(eventLines(event, this.#style));
    this.#showStatus();
  }

  #entered(text: string): void {
    const room = this.#room;
    if (!room) return;
    const command = parseChatLine(text);
    switch (command.do) {
      case "say":
        this.#carryOut(room.say(command.text));
        return this.#showStatus();
      case "who":
        return this.#note([...room.members].map((name) => printable(name)).join(", "));
      case "rooms":
        return this.#carryOut(this.#listRooms());
      case "join":
        return this.#carryOut(this.#join(room, command.room));
      case "file":
        return this.#carryOut(this.#share(room, command.path));
      case "get":
        return this.#carryOut(this.#fetch(room, command.name, command.to));
      case "help":
        return this.#screen.print(commandHelp);
      case "quit":
        return this.#leave();
      case "refuse":
        return this.#note(printable(command.why));
      default:
        return command;
    }
  }

  async #listRooms(): Promise<void> {
    for (const { room, members } of await this.#peer.chatRooms()) this.#note(`${printable(room)} (${members} here)`);
  }

  /** Goes into a room, and only then out of this one: where that fails one stays. */
  async #join(room: ChatRoom, wanted: string): Promise<void> {
    if (roomName(wanted) === room.room) return this.#note(`you are in ${printable(room.room)}`);
    const next = await this.#peer.chat(wanted, this.#options);
    if (this.#hasEnded) return void next.leave().catch(() => {});
    // Of several that were asked for it is the last one.
    this.#next?.leave().catch(() => {});
    this.#next = next;
    this.#leaveRoom();
  }

  async #share(room: ChatRoom, path: string): Promise<void> {
    this.#note(`sending ${printable(path)}`);
    const { name, bytes } = await room.sendFile(path);
    this.#note(`${printable(name)} is in the room (${formatBytes(bytes)})`);
  }

  async #fetch(room: ChatRoom, name: string, to: string | undefined): Promise<void> {
    await room.fetch(name, to);
    this.#note(`${printable(name)} is here`);
  }

  #carryOut(work: Promise<unknown>): void {
    work
      .catch((thrown) => {
        if (!this.#hasEnded) this.#screen.print(errorText(toSampanError(thrown)).split("\n"));
      })
      .finally(() => this.#showStatus());
  }

  #note(text: string): void {
    this.#screen.print([this.#style.dim(`* ${text}`)]);
  }

  #showStatus(): void {
    const room = this.#room;
    if (!room) return;
    const typing = this.#typing.names.map((name) => printable(name));
    const who =
      typing.length > 3
        ? `${typing.length} are typing`
        : `${typing.join(", ")} ${typing.length > 1 ? "are" : "is"} typing`;
    const parts = [
      printable(room.room),
      this.#isLost ? "no connection" : `${room.members.size} here`,
      ...(room.unacknowledged > 0 ? [`${countOf(room.unacknowledged, "message")} on the way`] : []),
      ...(typing.length > 0 ? [who] : []),
    ];
    this.#screen.status = `── ${parts.join(" · ")}`;
  }

  #complete(line: string): string[] {
    if (line.startsWith("/")) return commandWords.filter((word) => word.startsWith(line));
    const [, before = "", word = ""] = /^(.*?)(\S*)$/s.exec(line) ?? [];
    if (word === "") return [];
    const names = [...(this.#room?.members ?? [])].filter((name) => name.startsWith(word) && printable(name) === name);
    return names.map((name) => before + name);
  }

  #leave(): void {
    this.#next = undefined;
    this.#leaveRoom();
    // A second time, or without a connection, nobody is waited for.
    if (this.#hasEnded || this.#isLost) {
      this.#screen.close();
      process.exit(0);
    }
    this.#hasEnded = true;
  }

  #leaveRoom(): void {
    // How it ended is what the iteration throws.
    this.#room?.leave().catch(() => {});
  }
}
