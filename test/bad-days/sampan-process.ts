import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** From build/tests/test/bad-days, where this is compiled to. */
const program = fileURLToPath(new URL("../../../../bin/sampan.mjs", import.meta.url));

/** One line of what --json writes. */
export interface JsonEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface Waiter {
  readonly matches: (event: JsonEvent) => boolean;
  readonly resolve: (event: JsonEvent | undefined) => void;
}

/** A process of the real program, whose --json events are read as they come. */
export class SampanProcess {
  readonly args: readonly string[];
  readonly events: JsonEvent[] = [];
  readonly ended: Promise<Ending>;
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #waiters = new Set<Waiter>();
  #ending: Ending | undefined;
  #line = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, input?: string) {
    this.args = args;
    this.#child = spawn(process.execPath, [program, ...args], { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdin?.on("error", () => {});
    this.#child.stdin?.end(input);
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (status, signal) => {
        this.#ending = { status, signal };
        for (const { resolve: give } of this.#waiters) give(undefined);
        this.#waiters.clear();
        resolve(this.#ending);
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** The exit status; null before the end, and after a signal. */
  get status(): number | null {
    return this.#ending?.status ?? null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first event that matches, past or to come; undefined if the process ends without it. */
  found(matches: (event: JsonEvent) => boolean): Promise<JsonEvent | undefined> {
    const past = this.events.find(matches);
    if (past || this.#ending) return Promise.resolve(past);
    return new Promise((resolve) => this.#waiters.add({ matches, resolve }));
  }

  /** The first event that matches; an error that shows what came instead if the process ends without it. */
  async event(what: string | ((event: JsonEvent) => boolean)): Promise<JsonEvent> {
    const event = await this.found(typeof what === "string" ? (one) => one.event === what : what);
    if (event) return event;
    throw new Error(`${this.args.join(" ")}: ended without the event ${what}\n${this.account()}`);
  }

  /** The last event of a kind so far. */
  last(name: string): JsonEvent | undefined {
    return this.events.findLast(({ event }) => event === name);
  }

  all(name: string): JsonEvent[] {
    return this.events.filter(({ event }) => event === name);
  }

  /** What happened, for the message of a failed test. */
  account(): string {
    const lines = this.events.filter(({ event }) => event !== "progress").map((event) => JSON.stringify(event));
    return [`sampan ${this.args.join(" ")} → ${JSON.stringify(this.#ending)}`, ...lines.slice(-12), this.stderr].join(
      "\n",
    );
  }

  #take(text: string): void {
    this.stdout += text;
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() as string;
    for (const line of lines) {
      if (!line.startsWith('{"event":')) continue;
      const event = JSON.parse(line) as JsonEvent;
      this.events.push(event);
      for (const waiter of this.#waiters) {
        if (!waiter.matches(event)) continue;
        this.#waiters.delete(waiter);
        waiter.resolve(event);
      }
    }
  }
}

/** A field that must be a number. */
export function numberOf(event: JsonEvent | undefined, field: string): number {
  const value = event?.[field];
  if (typeof value !== "number") throw new Error(`no number "${field}" in ${JSON.stringify(event)}`);
  return value;
}
