import {
  isJsonObject,
  type JsonObject,
  readBoolean,
  readOptionalString,
  readOptionalWholeNumber,
  readString,
  readStrings,
  readWholeNumber,
} from "../../wire/field.js";
import {
  maxArguments,
  maxHeaderBytes,
  maxOutputWindowBytes,
  maxPathLength,
  maxRunTimeoutMs,
  maxVariables,
} from "../../wire/limits.js";
import type { Header } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";

/*
 *   C→S  run      {argv, shell?, cwd?, env?, timeoutMs?, input?, detach?, window?}
 *   S→C  queued   {ahead}                              while as many commands run as may
 *   S→C  started  {id, inputWindow?, dropped?}
 *   S→C  stdout, stderr   body                         C→S  taken {bytes}              with `window`
 *   C→S  input    {end?} body                          S→C  taken {bytes, closed?}
 *   C→S  signal   {signal}
 *   S→C  end      {status, signal?, timedOut?, open?}  of `detach`: {}
 *   C→S  seen                                          the answer to an `end` after `started`
 *
 *   C→S  attach   {id, window?}                        goes on as above, from `started`
 *   C→S  jobs                                          S→C  joblist (body: JSON list), end
 *   C→S  kill     {id, signal?}                        S→C  end
 *
 * The client says nothing between its request and `started`. What it sends may cross the server's `end`; `seen` is the
 * last of it, so that the connection can be used again.
 */

export interface RunRequest {
  /** The program and its arguments; with `shell` they are joined by blanks and read by the shell. */
  readonly argv: readonly string[];
  readonly shell: boolean;
  /** A folder of the server; relative to the served one. "" is that itself. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** From the start of the command; undefined: no limit. */
  readonly timeoutMs: number | undefined;
  /** Whether `input` will come; without it the command reads an empty file. */
  readonly input: boolean;
  /** Let it run when nobody listens, and answer with its id at once. */
  readonly detach: boolean;
  /** Bytes of output that may be sent ahead of `taken`; undefined: the connection alone holds back. */
  readonly window: number | undefined;
}

/** How a command ended. */
export interface CommandEnd {
  /** 0 to 255; 128 + n after a signal. */
  readonly status: number;
  /** Which signal ended it. */
  readonly signal: string | undefined;
  /** It was ended as its time was over. */
  readonly timedOut: boolean;
  /** Something that it left behind still had its output open when listening to it was given up. */
  readonly leftOpen: boolean;
}

export function runHeader(request: RunRequest): Header {
  const { argv, shell, cwd, env, timeoutMs, input, detach, window } = request;
  return {
    kind: "run",
    argv,
    ...(shell ? { shell } : {}),
    ...(cwd === "" ? {} : { cwd }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(input ? { input } : {}),
    ...(detach ? { detach } : {}),
    ...(window === undefined ? {} : { window }),
  };
}

/** E_PROTOCOL, E_TOO_LARGE. */
export function parseRunRequest(header: JsonObject): RunRequest {
  const argv = readStrings(header, "argv", maxArguments, maxHeaderBytes);
  checkArguments(argv, "E_PROTOCOL");
  const cwd = readOptionalString(header, "cwd", maxPathLength) ?? "";
  if (cwd.includes("\0")) throw new SampanError("E_PROTOCOL", '"cwd" holds a NUL character');
  return {
    argv,
    shell: readBoolean(header, "shell"),
    cwd,
    env: readVariables(header),
    timeoutMs: readOptionalWholeNumber(header, "timeoutMs", maxRunTimeoutMs, 1),
    input: readBoolean(header, "input"),
    detach: readBoolean(header, "detach"),
    window: readWindow(header),
  };
}

export function readWindow(header: JsonObject): number | undefined {
  return readOptionalWholeNumber(header, "window", maxOutputWindowBytes, 1);
}

/** What no system can start: nothing, or a NUL within. */
export function checkArguments(argv: readonly string[], code: "E_PROTOCOL" | "E_USAGE"): void {
  if (argv.length === 0 || argv[0] === "") throw new SampanError(code, "no command was given");
  if (argv.some((one) => one.includes("\0"))) throw new SampanError(code, "an argument holds a NUL character");
}

function readVariables(header: JsonObject): Readonly<Record<string, string>> {
  const given = Object.hasOwn(header, "env") ? header.env : {};
  if (!isJsonObject(given)) throw new SampanError("E_PROTOCOL", '"env" must be an object');
  const names = Object.keys(given);
  if (names.length > maxVariables) throw new SampanError("E_TOO_LARGE", `"env" has more than ${maxVariables} items`);
  const variables: Record<string, string> = Object.create(null);
  for (const name of names) {
    const value = readString(given, name, maxHeaderBytes);
    if (!/^[^=\0]+$/.test(name) || value.includes("\0")) {
      throw new SampanError("E_PROTOCOL", "a variable needs a name without =, and no NUL in it");
    }
    variables[name] = value;
  }
  return variables;
}

export function endHeader(end: CommandEnd): Header {
  const { status, signal, timedOut, leftOpen } = end;
  return {
    kind: "end",
    status,
    ...(signal === undefined ? {} : { signal }),
    ...(timedOut ? { timedOut } : {}),
    ...(leftOpen ? { open: true } : {}),
  };
}

export function parseEnd(header: JsonObject): CommandEnd {
  return {
    status: readWholeNumber(header, "status", 255),
    signal: readOptionalString(header, "signal", 32),
    timedOut: readBoolean(header, "timedOut"),
    leftOpen: readBoolean(header, "open"),
  };
}

/** The name of a signal from the wire, as `SIGINT`. Whether the system has it is for the system to say. */
export function readSignal(header: JsonObject, otherwise?: string): string {
  const name = otherwise === undefined ? readString(header, "signal", 32) : readOptionalString(header, "signal", 32);
  if (name === undefined) return otherwise as string;
  if (!/^SIG[A-Z0-9+]+$/.test(name)) throw new SampanError("E_PROTOCOL", '"signal" must be a name such as SIGINT');
  return name;
}

export function readJobId(header: JsonObject): string {
  return readString(header, "id", 64);
}
