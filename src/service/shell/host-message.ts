/*
 * A shell's terminal is held by a process of its own, src/service/shell/pty-host.ts. Its standard input and output carry
 * what goes into the terminal and what comes out; these messages go by the channel that Node gives a child.
 */

export interface HostStart {
  readonly file: string;
  readonly args: readonly string[];
  /** NAME=value. */
  readonly environment: readonly string[];
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
}

export type ToHost =
  | { readonly about: "start"; readonly start: HostStart }
  | { readonly about: "size"; readonly columns: number; readonly rows: number }
  | { readonly about: "hang-up" };

export type FromHost =
  | { readonly about: "started" }
  | { readonly about: "failed"; readonly message: string }
  /** After the last output. */
  | { readonly about: "exited"; readonly status: number; readonly signal: number };
