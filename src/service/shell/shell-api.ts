import type { Duplex } from "node:stream";
import type { ListedShell, TerminalSize } from "../../session/shell/shell-message.js";
import type { SampanError } from "../../wire/sampan-error.js";

export type { ListedShell, TerminalSize } from "../../session/shell/shell-message.js";

export interface ShellOptions {
  /** The size of the terminal. Default 80 × 24. */
  readonly columns?: number;
  readonly rows?: number;
  /** Take up a shell that runs already, by its id; the screen is painted. */
  readonly attach?: string;
  /** With `attach`: only look. Others go on typing there. */
  readonly readOnly?: boolean;
  /** A program and its arguments, in place of the login shell. */
  readonly command?: readonly string[];
  /** Where it begins, from the server's root. Default: the served folder. */
  readonly folder?: string;
  /** TERM, COLORTERM, LANG, LANGUAGE, LC_*; others are not passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long it waits for somebody to come back; at most, and by default, what the server allows. */
  readonly keepMs?: number;
  readonly onEvent?: (event: ShellEvent) => void;
  /** Detaches. */
  readonly signal?: AbortSignal;
}

/** What happens to the connection of a shell. */
export type ShellEvent =
  /** The connection is lost; it is dialled again by itself, and keys are kept until then. */
  | { readonly event: "lost"; readonly error: SampanError }
  | { readonly event: "retry"; readonly attempt: number; readonly delayMs: number; readonly error: SampanError }
  | { readonly event: "back" }
  /** For whoever only looks: the terminal's size, at first and when it changes. */
  | { readonly event: "sized"; readonly columns: number; readonly rows: number };

export type ShellEnd =
  /** The shell ended, with this status; 128 + n when signal n ended it. */
  | { readonly why: "exited"; readonly status: number; readonly signal: number | undefined }
  /** This end left; the shell goes on. */
  | { readonly why: "detached" }
  /** Another client took it over. */
  | { readonly why: "taken-over" };

/** A shell on the other machine. What it prints is read, what is written is typed. Nothing is lost or doubled. */
export interface Shell extends Duplex {
  readonly id: string;
  readonly size: TerminalSize;
  /** Rejects when there is no hope of coming back: E_CONNECTION_LOST when the server is gone, and its shells with it. */
  readonly ended: Promise<ShellEnd>;
  resize(columns: number, rows: number): void;
  /** Leaves the shell running, for `attach`. */
  detach(): Promise<void>;
  /** What was printed on the screen is spoilt: it is painted anew when the connection comes back. */
  forgetScreen(): void;
}

export interface PeerShells {
  /** The shells that run there. */
  list(): Promise<ListedShell[]>;
  /** Ends a shell by a hangup. E_NOT_FOUND. */
  end(id: string): Promise<void>;
}
