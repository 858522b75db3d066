import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import os from "node:os";
import type { Command } from "../../session/run/command.js";
import type { OutputLog } from "../../session/run/output-log.js";
import type { CommandEnd } from "../../session/run/run-message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { Launch } from "./launch.js";
import { OutputPipe } from "./output-pipe.js";
import { ProcessGroup } from "./process-group.js";
import { startError } from "./start-error.js";

/**
 * A command may leave something behind that keeps its output open. As long as that writes it is listened to; when it
 * has been silent for so long after the command's own end, it is left to itself. (ssh waits for ever.)
 */
const leftOpenSilenceMs = 2000;

/** A command as a process of this machine, at the head of a process group of its own. */
export class CommandProcess implements Command {
  readonly log: OutputLog;
  readonly ended: Promise<CommandEnd>;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #group: ProcessGroup;
  readonly #pipes: readonly OutputPipe[];
  #timedOut = false;
  #inputClosed = false;

  /** E_NOT_FOUND for the folder, E_NO_PROGRAM, E_CANNOT_RUN, E_BUSY. */
  static start(launch: Launch, log: OutputLog): Promise<CommandProcess> {
    const { file, args, argv0, cwd, env, input } = launch;
    const child = spawn(file, args, {
      cwd,
      env,
      argv0,
      // The head of a new session: signals for all it starts, and no terminal of the server's.
      detached: true,
      stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    if (child.pid !== undefined) return Promise.resolve(new CommandProcess(child, child.pid, launch, log));
    return new Promise((_, reject) => {
      child.once("error", (error) => reject(startError(error, launch)));
    });
  }

  private constructor(child: ChildProcess, pid: number, { timeoutMs }: Launch, log: OutputLog) {
    this.#child = child;
    this.pid = pid;
    this.log = log;
    this.#group = new ProcessGroup(child, pid);
    this.#pipes = [
      new OutputPipe(child.stdout as Socket, "stdout", log),
      new OutputPipe(child.stderr as Socket, "stderr", log),
    ];
    log.onRoom = () => this.#pipes.forEach((pipe) => pipe.resume());
    // A process that reads no more makes a broken pipe: no error of ours.
    child.stdin?.on("error", () => {
      this.#inputClosed = true;
    });
    child.on("error", () => {});
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => this.#timeOut(), timeoutMs);
    this.ended = this.#untilEnd().finally(() => clearTimeout(timer));
  }

  write(bytes: Uint8Array, taken: (open: boolean) => void): void {
    const { stdin } = this.#child;
    if (!stdin || this.#inputClosed || stdin.destroyed) return taken(false);
    stdin.write(bytes, (error) => taken(!error));
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  signal(name: string): void {
    if (!(name in os.constants.signals)) {
      throw new SampanError("E_USAGE", `the other machine has no signal ${name}`);
    }
    this.#group.signal(name as NodeJS.Signals);
  }

  /** Asks it and all it has started to end, and kills what is left after 5 s. */
  terminate(): void {
    this.#group.terminate();
  }

  /** Kills it at once. */
  kill(): void {
    this.#group.signal("SIGKILL");
  }

  #timeOut(): void {
    this.#timedOut = true;
    this.terminate();
  }

  async #untilEnd(): Promise<CommandEnd> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      this.#child.once("exit", (...how) => resolve(how));
    });
    const leftOpen = await this.#untilPipesEnd();
    this.log.end();
    return {
      status: signal === null ? (code ?? 0) & 255 : 128 + (os.constants.signals[signal] ?? 0),
      signal: signal ?? undefined,
      timedOut: this.#timedOut,
      leftOpen,
    };
  }

  /** Resolves to true if the pipes were given up before their end. */
  async #untilPipesEnd(): Promise<boolean> {
    let givenUp = false;
    const watch = setInterval(() => {
      const now = performance.now();
      const open = this.#pipes.filter(({ isOver }) => !isOver);
      if (open.some((pipe) => pipe.isHeldBack || now - pipe.lastReadMs < leftOpenSilenceMs)) return;
      givenUp = true;
      for (const pipe of open) pipe.close();
    }, leftOpenSilenceMs / 4);
    await Promise.all(this.#pipes.map(({ ended }) => ended));
    clearInterval(watch);
    return givenUp;
  }
}
