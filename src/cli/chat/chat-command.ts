/** What a typed line asks for. */
export type ChatCommand =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "who" | "rooms" | "help" | "quit" }
  | { readonly do: "join"; readonly room: string }
  | { readonly do: "file"; readonly path: string }
  | { readonly do: "get"; readonly name: string; readonly to: string | undefined }
  | { readonly do: "refuse"; readonly why: string };

export const commandWords = ["/who", "/rooms", "/join ", "/me ", "/file ", "/get ", "/help", "/quit"];

export const commandHelp = [
  "/who              who is here",
  "/rooms            the rooms of this server",
  "/join ROOM        go into another one",
  "/me DOES          say what you do",
  "/file PATH        put a file of this machine into the room",
  "/get NAME [DEST]  fetch a file of the room; quote a name with blanks",
  "/quit             leave (Ctrl-C or Ctrl-D on an empty line, too)",
  "//TEXT            say something that begins with a slash",
];

/** Reads a typed line: what begins with one slash, in its first line, is a command. */
export function parseChatLine(text: string): ChatCommand {
  if (text.startsWith("//")) return { do: "say", text: text.slice(1) };
  const [, word, rest = ""] = /^\/(\w+)(?:\s+(.*))?$/s.exec(text.trimEnd()) ?? [];
  if (word === undefined || word === "me" || text.includes("\n")) return { do: "say", text };
  switch (word) {
    case "who":
    case "rooms":
    case "help":
    case "quit":
      return { do: word };
    case "join":
      return rest === "" ? { do: "refuse", why: "/join takes the name of a room" } : { do: "join", room: rest };
    case "file":
      return rest === "" ? { do: "refuse", why: "/file takes the path of a file" } : { do: "file", path: rest };
    case "get": {
      const [, quoted, bare = "", to] = /^(?:"([^"]+)"|(\S+))(?:\s+(.+))?$/s.exec(rest) ?? [];
      const name = quoted ?? bare;
      if (name === "") return { do: "refuse", why: "/get takes the name of a file in the room" };
      return { do: "get", name, to };
    }
    default:
      return { do: "refuse", why: `there is no command /${word}; /help lists them` };
  }
}
