import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** From build/tests/test/assistant, where this is compiled to. */
export const program = fileURLToPath(new URL("../../../../bin/sampan.mjs", import.meta.url));

export interface Told {
  readonly event: string;
  readonly [field: string]: unknown;
}

type Match = Readonly<Record<string, unknown>>;

/** `sampan … --json` as a process of its own, whose events are read as they come. */
export class AssistantProcess {
  readonly events: Told[] = [];
  readonly ended: Promise<number | null>;
  stderr = "";
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #args: readonly string[];
  #wake: (() => void)[] = [];
  #over = false;
  #line = "";

  constructor(context: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#args = args;
    this.#child = spawn(process.execPath, [program, ...args], { env });
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.#child, "close").then(([status]: unknown[]) => {
      this.#over = true;
      this.#tell();
      return status as number | null;
    });
    context.after(async () => {
      this.#child.kill("SIGKILL");
      await this.ended;
    });
  }

  /** The port of its `listening` event. */
  async port(): Promise<number> {
    return (await this.event({ event: "listening" })).port as number;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  write(command: object): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  all(match: Match): Told[] {
    return this.events.filter((event) => fits(event, match));
  }

  /** The `count`th event that has these fields, past or to come. */
  async event(match: Match, count = 1): Promise<Told> {
    for (;;) {
      const found = this.all(match)[count - 1];
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`no ${JSON.stringify(match)} from ${this.account()}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  account(): string {
    return [
      `sampan ${this.#args.join(" ")}`,
      ...this.events.slice(-20).map((event) => JSON.stringify(event)),
      this.stderr,
    ].join("\n");
  }

  #take(text: string): void {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() as string;
    for (const line of lines)
      this.events.push(line.startsWith("{") ? (JSON.parse(line) as Told) : { event: "line", line });
    this.#tell();
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}

function fits(event: Told, match: Match): boolean {
  return Object.entries(match).every(([name, value]) => event[name] === value);
}

/** A socket of the test that keeps what comes. */
export class Peer {
  readonly socket: net.Socket;
  received = Buffer.alloc(0);
  ended = false;
  #wake: (() => void)[] = [];

  constructor(context: TestContext, socket: net.Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.#tell();
    });
    for (const over of ["end", "close"]) {
      socket.on(over, () => {
        this.ended = true;
        this.#tell();
      });
    }
    context.after(() => socket.destroy());
  }

  /** Fulfilled when exactly these bytes have come. */
  async has(wanted: string | Buffer): Promise<void> {
    const bytes = Buffer.from(wanted);
    await this.#until(() => this.received.length >= bytes.length);
    if (!this.received.equals(bytes)) {
      throw new Error(
        `got ${this.received.toString("hex")} (${this.received.toString()}), not ${bytes.toString("hex")}`,
      );
    }
  }

  async end(): Promise<void> {
    await this.#until(() => this.ended);
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.ended) throw new Error(`the stream ended with ${this.received.toString("hex")}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}

export async function dial(context: TestContext, port: number): Promise<Peer> {
  const socket = net.connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  await once(socket, "connect");
  return new Peer(context, socket);
}

/** A server of the test; `next` is the next peer that connects. */
export async function listen(context: TestContext): Promise<{ port: number; next(): Promise<Peer> }> {
  const waiting: Peer[] = [];
  let wake = (): void => {};
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    waiting.push(new Peer(context, socket));
    wake();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return {
    port: (server.address() as AddressInfo).port,
    next: async () => {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift() as Peer;
    },
  };
}

export function scratchFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-assistant-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
