import { statSync } from "node:fs";
import path from "node:path";
import type { RunRequest } from "../../session/run/run-message.js";
import { SampanError } from "../../wire/sampan-error.js";
import { type AllowedPrograms, checkHarmless } from "./allowed-programs.js";
import { childEnvironment } from "./child-environment.js";

/** A command, ready to be started. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly argv0: string;
  /** What to call it in messages. */
  readonly shown: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly input: boolean;
  readonly timeoutMs: number | undefined;
}

/**
 * What to start for a request: E_RIGHTS if that is not allowed, E_NOT_FOUND or E_NOT_A_FOLDER for its working folder.
 * `folder` is the served one, `own` the server's environment.
 */
export function launchOf(
  request: RunRequest,
  programs: AllowedPrograms,
  folder: string,
  own: Readonly<Record<string, string | undefined>>,
): Launch {
  if (programs === "none") {
    throw new SampanError("E_RIGHTS", "this server does not run commands (it was started without --allow-run)");
  }
  const command = programs === "any" ? freeCommand(request) : namedCommand(request, programs);
  const { input, timeoutMs } = request;
  const env = childEnvironment(own, request.env);
  return { ...command, cwd: workingFolder(folder, request.cwd), env, input, timeoutMs };
}

type StartedFile = Pick<Launch, "file" | "args" | "argv0" | "shown">;

function freeCommand({ argv, shell }: RunRequest): StartedFile {
  const [program = "", ...args] = argv;
  if (!shell) return { file: program, args, argv0: program, shown: program };
  if (process.platform === "win32") {
    const file = process.env.COMSPEC ?? "cmd.exe";
    return { file, args: ["/d", "/s", "/c", argv.join(" ")], argv0: file, shown: file };
  }
  return { file: "/bin/sh", args: ["-c", argv.join(" ")], argv0: "sh", shown: "/bin/sh" };
}

function namedCommand({ argv, shell, env }: RunRequest, programs: ReadonlyMap<string, string>): StartedFile {
  const [program = "", ...args] = argv;
  const names = [...programs.keys()].join(", ");
  if (shell) throw new SampanError("E_RIGHTS", `this server runs no shell; it allows ${names}`);
  const file = programs.get(program);
  if (file === undefined) {
    throw new SampanError("E_RIGHTS", `this server does not run "${program.slice(0, 200)}"; it allows ${names}`);
  }
  checkHarmless(env);
  return { file, args, argv0: program, shown: program };
}

function workingFolder(folder: string, cwd: string): string {
  const wanted = path.resolve(folder, cwd);
  let found: { isDirectory(): boolean };
  try {
    found = statSync(wanted);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const known = code === "ENOENT" ? "E_NOT_FOUND" : code === "ENOTDIR" ? "E_NOT_A_FOLDER" : "E_LOCAL_FILE";
    throw new SampanError(known, `the other machine has no folder "${cwd.slice(0, 200)}" to run it in`, { cause });
  }
  if (!found.isDirectory()) {
    throw new SampanError("E_NOT_A_FOLDER", `"${cwd.slice(0, 200)}" on the other machine is no folder to run it in`);
  }
  return wanted;
}
