import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ShellExit, TerminalSize } from "../../session/shell/shell-message.js";
import type { ShellTerminal } from "../../session/shell/shell-session.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { FromHost, HostStart, ToHost } from "./host-message.js";

const killedSignal = 9;

export interface PtyEvents {
  onOutput(bytes: Uint8Array): void;
  /** All output was given, and the shell's own process is gone. */
  onExit(exit: ShellExit): void;
}

/** A program in a terminal of its own, held by a process of its own. */
export class PtyProcess implements ShellTerminal {
  /** Fulfilled when the shell and the process that holds it are gone. */
  readonly gone: Promise<void>;
  readonly #host: ChildProcess;

  private constructor(host: ChildProcess, events: PtyEvents) {
    this.#host = host;
    let exit: ShellExit = { status: 128 + killedSignal, signal: killedSignal };
    host.on("message", (message: FromHost) => {
      if (message.about !== "exited") return;
      const { status, signal } = message;
      exit = signal > 0 ? { status: 128 + signal, signal } : { status, signal: undefined };
    });
    host.stdin?.on("error", () => {});
    host.stdout?.on("data", (chunk: Buffer) => events.onOutput(chunk));
    this.gone = new Promise((resolve) => {
      host.once("close", () => {
        events.onExit(exit);
        resolve();
      });
    });
  }

  /** E_UNSUPPORTED where there are no terminals to be had. */
  static async start(start: HostStart, events: PtyEvents): Promise<PtyProcess> {
    if (process.platform === "win32")
      throw new SampanError("E_UNSUPPORTED", "this server runs on Windows, where sampan opens no shells");
    // A session of its own: Ctrl-C at the server's terminal is for the server.
    const host = spawn(process.execPath, [hostProgram()], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore", "ipc"],
      env: hostEnvironment(),
      cwd: "/",
    });
    let isStarted = false;
    const started = new Promise<void>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new SampanError("E_UNSUPPORTED", `the server cannot open a terminal: ${why}`));
      host.once("error", (error) => fail(error.message));
      host.once("exit", () => fail("the process for it ended"));
      host.once("message", (message: FromHost) => {
        if (message.about === "failed") return fail(message.message);
        isStarted = true;
        resolve();
      });
    });
    const made = new PtyProcess(host, {
      onOutput: (bytes) => events.onOutput(bytes),
      onExit: (exit) => isStarted && events.onExit(exit),
    });
    host.send({ about: "start", start } satisfies ToHost, () => {});
    await started;
    return made;
  }

  write(bytes: Uint8Array, taken: () => void): void {
    const input = this.#host.stdin as Duplex;
    if (input.destroyed || input.writableEnded) taken();
    else input.write(bytes, () => taken());
  }

  resize(size: TerminalSize): void {
    this.#tell({ about: "size", ...size });
  }

  pause(): void {
    this.#host.stdout?.pause();
  }

  resume(): void {
    this.#host.stdout?.resume();
  }

  hangUp(): void {
    this.#tell({ about: "hang-up" });
    // Nobody may be reading: what is still to come has to come, or there is no end.
    this.resume();
  }

  #tell(message: ToHost): void {
    if (this.#host.connected) this.#host.send(message, () => {});
  }
}

/** Beside this file, or beside the bundle that this file is in. */
function hostProgram(): string {
  const names = ["./pty-host.js", "./pty-host.cjs"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  const found = names.find((name) => existsSync(name));
  if (found === undefined) throw new SampanError("E_BUG", "the program that holds terminals is missing");
  return found;
}

/** Nothing that was meant for this process changes how that one runs. */
function hostEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));
}
