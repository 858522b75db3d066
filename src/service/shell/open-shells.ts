import { randomBytes } from "node:crypto";
import type { OpenRequest } from "../../session/shell/shell-message.js";
import { ShellSession } from "../../session/shell/shell-session.js";
import { systemClock } from "../../transport/system-clock.js";
import { maxShellKeepMs } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { AuditLog } from "../run/audit-log.js";
import { PtyProcess } from "./pty-process.js";
import { shellEnvironment } from "./shell-environment.js";
import type { ShellServerEvent } from "./shell-event.js";
import { shellFolder, shellProgram } from "./shell-program.js";

export interface OpenShellsOptions {
  /** The served folder: shells begin there. */
  readonly folder: string;
  readonly maxShells: number;
  /** The longest that a shell waits for somebody to come back, and how long it does unless the client says less. */
  readonly keepMs: number;
  readonly audit: AuditLog;
  readonly tell: (event: ShellServerEvent) => void;
}

/** Who asks, for the log. */
export interface ShellCaller {
  readonly address: string;
  readonly holder: string;
}

/** Shells that are over and whose last output and status wait for a client that lost the network. */
const maxEnded = 16;
const idBytes = 4;

/** The shells of a server. */
export class OpenShells {
  readonly #options: OpenShellsOptions;
  readonly #running = new Map<string, { session: ShellSession; terminal: PtyProcess }>();
  readonly #ended = new Map<string, { session: ShellSession; key: string }>();
  /** A request that is sent again, as its answer was lost, opens nothing new. */
  readonly #byKey = new Map<string, Promise<ShellSession>>();
  #starting = 0;

  constructor(options: OpenShellsOptions) {
    this.#options = options;
  }

  get running(): ShellSession[] {
    return [...this.#running.values()].map(({ session }) => session);
  }

  /** The shell, running or just ended. E_NOT_FOUND. */
  find(id: string): ShellSession {
    const session = this.#running.get(id)?.session ?? this.#ended.get(id)?.session;
    if (session) return session;
    throw new SampanError("E_NOT_FOUND", "there is no such shell: it has ended, or the server was started anew");
  }

  async open(request: OpenRequest, who: ShellCaller): Promise<{ session: ShellSession; isNew: boolean }> {
    const known = this.#byKey.get(request.key);
    if (known) return { session: await known, isNew: false };
    const opening = this.#open(request, who);
    this.#byKey.set(request.key, opening);
    opening.catch(() => this.#byKey.delete(request.key));
    return { session: await opening, isNew: true };
  }

  /** Hangs up on all, and waits until they are gone. */
  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { session } of running) session.end();
    await Promise.all(running.map(({ terminal }) => terminal.gone));
    for (const { session } of this.#ended.values()) session.close();
    this.#options.audit.close();
  }

  async #open(request: OpenRequest, who: ShellCaller): Promise<ShellSession> {
    const { keepMs, maxShells } = this.#options;
    if (this.#running.size + this.#starting >= maxShells)
      throw new SampanError("E_BUSY", `the server has ${maxShells} shells open, and opens no more`);
    const folder = shellFolder(this.#options.folder, request.folder);
    const program = shellProgram(request.command, folder);
    const { columns, rows } = request;
    const session = new ShellSession({
      id: randomBytes(idBytes).toString("hex"),
      command: request.command.length > 0 ? request.command : [program.file],
      size: { columns, rows },
      clock: systemClock,
      keepMs: Math.min(keepMs, request.keepMs ?? keepMs, maxShellKeepMs),
      openScreen: async (size) => new (await import("./terminal-screen.js")).TerminalScreen(size),
    });
    const argv = [program.file, ...program.args];
    this.#options.audit.write({ event: "shell-begin", id: session.id, ...who, argv, cwd: folder });
    this.#starting++;
    try {
      const environment = shellEnvironment(request.environment, folder, program.file);
      const startedMs = systemClock.nowMs();
      const terminal = await PtyProcess.start(
        { ...program, environment, folder, columns, rows },
        {
          onOutput: (bytes) => session.output(bytes),
          onExit: (exit) => {
            this.#running.delete(session.id);
            this.#keepEnded(session, request.key);
            const seconds = (systemClock.nowMs() - startedMs) / 1000;
            const signal = exit.signal === undefined ? {} : { signal: exit.signal };
            const how = { status: exit.status, ...signal, seconds };
            this.#options.tell({ event: "shell-end", shell: session.id, ...how });
            this.#options.audit.note({ event: "shell-end", id: session.id, ...how });
            session.exited(exit);
          },
        },
      );
      session.start(terminal);
      this.#running.set(session.id, { session, terminal });
      return session;
    } finally {
      this.#starting--;
    }
  }

  #keepEnded(session: ShellSession, key: string): void {
    this.#ended.set(session.id, { session, key });
    const [oldest] = this.#ended.values();
    if (this.#ended.size <= maxEnded || oldest === undefined) return;
    oldest.session.close();
    this.#ended.delete(oldest.session.id);
    this.#byKey.delete(oldest.key);
  }
}
