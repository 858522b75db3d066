import {
  isJsonObject,
  type JsonObject,
  readArray,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
  readWholeNumber,
} from "../../wire/field.js";
import {
  maxArguments,
  maxPathLength,
  maxShellKeepMs,
  maxShellVariables,
  maxTerminalColumns,
  maxTerminalRows,
} from "../../wire/limits.js";
import type { Header } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";

/*
 *   C→S  shell         {key, columns, rows, command?, folder?, environment?, keepMs?}
 *   C→S  shell-attach  {shell, key, columns, rows, readOnly?, received?, again?}
 *   S→C  shell-ready   {shell, input, columns, rows, keepMs}                    answer to both
 *   C→S  shell-input   {at} + bytes          S→C  shell-taken  {at}
 *   S→C  shell-output  {at, taken} + bytes   C→S  shell-seen   {at}
 *   S→C  shell-paint   {at, last} + bytes    in place of output that is no longer kept
 *   C→S  shell-size    {columns, rows}       S→C  shell-sized  {columns, rows}
 *   S→C  shell-over    {why, status?, signal?}
 *   C→S  shell-detach  {}                    S→C  end {}                        at the client's wish, or after shell-over
 *   C→S  shells        {}                    S→C  end {shells}
 *   C→S  shell-end     {shell}               S→C  end {}
 */

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How a shell ended: its exit status, or the number of the signal that ended it. */
export interface ShellExit {
  readonly status: number;
  readonly signal: number | undefined;
}

/** Why a client is no longer attached. */
export type ShellEndWhy = "exited" | "detached" | "taken-over";

/** A client says what it has shown at least as often as this. */
export const seenEveryBytes = 64 * 1024;

const maxKeyLength = 64;
const maxIdLength = 64;
const maxVariableLength = 256;

export function readSize(header: JsonObject): TerminalSize {
  return {
    columns: readWholeNumber(header, "columns", maxTerminalColumns, 1),
    rows: readWholeNumber(header, "rows", maxTerminalRows, 1),
  };
}

/** A position in a stream of output or input. */
export function readPosition(header: Header, name = "at"): number {
  return readWholeNumber(header, name, Number.MAX_SAFE_INTEGER);
}

export function readShellId(header: Header): string {
  return readString(header, "shell", maxIdLength);
}

export interface OpenRequest extends TerminalSize {
  readonly key: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly keepMs: number | undefined;
}

export function readOpenRequest(header: Header): OpenRequest {
  return {
    ...readSize(header),
    key: readString(header, "key", maxKeyLength),
    command: header.command === undefined ? [] : readStrings(header, "command", maxArguments, maxPathLength),
    folder: readOptionalString(header, "folder", maxPathLength) ?? "",
    environment: header.environment === undefined ? new Map() : readEnvironment(header),
    keepMs: readOptionalWholeNumber(header, "keepMs", maxShellKeepMs),
  };
}

/** Only what says which terminal and which language: anything else could change what programs do. */
const passedVariable = /^(TERM|COLORTERM|LANG|LANGUAGE|LC_[A-Z]+)$/;
const plainValue = /^[\x20-\x7e]*$/;

export function isPassedVariable(name: string, value: string): boolean {
  return passedVariable.test(name) && plainValue.test(value) && value.length <= maxVariableLength;
}

function readEnvironment(header: Header): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const pair of readArray(header, "environment", maxShellVariables)) {
    if (!Array.isArray(pair) || pair.length !== 2) throw new SampanError("E_PROTOCOL", '"environment" holds pairs');
    const [name, value] = pair as unknown[];
    if (typeof name !== "string" || typeof value !== "string")
      throw new SampanError("E_PROTOCOL", '"environment" holds pairs of strings');
    if (isPassedVariable(name, value)) environment.set(name, value);
  }
  return environment;
}

export interface AttachRequest extends TerminalSize {
  readonly shell: string;
  readonly key: string;
  readonly readOnly: boolean;
  /** Where the output that the client has ends; undefined if it wants the screen painted. */
  readonly received: number | undefined;
  /** The client was attached before, and comes back by itself. */
  readonly again: boolean;
}

export function readAttachRequest(header: Header): AttachRequest {
  return {
    ...readSize(header),
    shell: readShellId(header),
    key: readString(header, "key", maxKeyLength),
    readOnly: readBoolean(header, "readOnly"),
    received: readOptionalWholeNumber(header, "received", Number.MAX_SAFE_INTEGER),
    again: readBoolean(header, "again"),
  };
}

/** Why it is over for this client, and how the shell ended if it did. */
export function readOver(header: Header): { readonly why: ShellEndWhy; readonly exit: ShellExit } {
  const { why } = header;
  return {
    why: why === "exited" || why === "taken-over" ? why : "detached",
    exit: {
      status: readOptionalWholeNumber(header, "status", 255) ?? 0,
      signal: readOptionalWholeNumber(header, "signal", 127),
    },
  };
}

/** What `shells` tells of each shell that runs. */
export interface ListedShell extends TerminalSize {
  readonly id: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Seconds since it was opened. */
  readonly ageSeconds: number;
  /** Seconds since the last client left; undefined while somebody is attached. */
  readonly aloneSeconds: number | undefined;
  readonly viewers: number;
  readonly hasWriter: boolean;
}

const maxListedShells = 1000;
const maxListedSeconds = 2 ** 40;

export function readListedShells(end: JsonObject): ListedShell[] {
  return readArray(end, "shells", maxListedShells).map((one) => {
    if (!isJsonObject(one)) throw new SampanError("E_PROTOCOL", '"shells" must hold objects');
    const header = one;
    return {
      ...readSize(header),
      id: readString(header, "id", maxIdLength),
      command: readStrings(header, "command", maxArguments, maxPathLength),
      ageSeconds: readWholeNumber(header, "ageSeconds", maxListedSeconds),
      aloneSeconds: readOptionalWholeNumber(header, "aloneSeconds", maxListedSeconds),
      viewers: readWholeNumber(header, "viewers", maxListedSeconds),
      hasWriter: readBoolean(header, "hasWriter"),
    };
  });
}
