/** What a server tells about its chat rooms. `address` is undefined for what concerns no single caller. */
export type ChatServerEvent =
  | {
      readonly event: "chat-joined" | "chat-left";
      readonly address: string;
      readonly room: string;
      readonly name: string;
    }
  /** The history of a room cannot be written as it should be. */
  | { readonly event: "chat-trouble"; readonly room: string; readonly message: string };
