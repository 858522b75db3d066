import type { ErrorCode } from "../wire/error-code.js";

/** What happens at a classic server. Texts and names are the peer's own: escape them before they are printed. */
export type ClassicServerEvent =
  | { readonly event: "connected"; readonly peer: string }
  | { readonly event: "disconnected"; readonly peer: string; readonly code?: ErrorCode; readonly message?: string }
  /** Turned away before it could speak. */
  | { readonly event: "refused"; readonly peer: string; readonly code: ErrorCode; readonly message: string }
  /** Text of `upper`, `ack` and the datagrams; `bytes` as they came. */
  | { readonly event: "text"; readonly peer: string; readonly bytes: number; readonly text: string }
  | {
      readonly event: "frame";
      readonly peer: string;
      readonly number: number;
      readonly bytes: number;
      readonly text: string;
    }
  | { readonly event: "file-begin"; readonly peer: string; readonly name: string; readonly bytes: number }
  | {
      readonly event: "file-end";
      readonly peer: string;
      /** As the peer gave it. */
      readonly name: string;
      readonly outcome: "sent" | "received" | "missing" | "failed";
      /** The name in the folder, where it is another one. */
      readonly savedAs?: string;
      readonly bytes?: number;
      readonly md5?: string;
      /** Whether the peer's MD5 was there and the same; false where it sent none. */
      readonly verified?: boolean;
      /** The note that came with it. */
      readonly msg?: string;
      readonly code?: ErrorCode;
      readonly message?: string;
    }
  | { readonly event: "command-begin"; readonly peer: string; readonly command: string }
  | {
      readonly event: "command-end";
      readonly peer: string;
      readonly command: string;
      readonly status: number | null;
      readonly signal: string | null;
      readonly stdoutBytes: number;
      readonly stderrBytes: number;
      readonly outcome: "answered" | "client-gone" | "too-long";
    };

/** Takes an event; a promise makes the conversation wait, so that a peer is no faster than the log. */
export type ClassicListener = (event: ClassicServerEvent) => void | Promise<void>;
