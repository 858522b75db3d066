import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type JsonEvent, numberOf, SampanProcess } from "./sampan-process.js";

const ramDisk = "/dev/shm";
const roomBytes = 2 * 1024 ** 3;

export interface RunningServer {
  readonly process: SampanProcess;
  readonly port: number;
  readonly link: string;
}

/** A place where the program runs: a folder and processes that are gone after the test. */
export class Scene {
  readonly folder: string;
  readonly #processes = new Set<SampanProcess>();
  readonly #undo: (() => unknown)[] = [];

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(hasRoom(ramDisk) ? ramDisk : tmpdir(), "sampan-test-"));
    t.after(async () => {
      for (const one of this.#processes) one.kill("SIGKILL");
      await Promise.all([...this.#processes].map(({ ended }) => ended));
      for (const undo of this.#undo.reverse()) await undo();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Called after the test when all processes have ended, last in first. */
  after(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  makeFolder(name: string): string {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  /** Starts `sampan …`; SAMPAN_LINK is `link`, so that `:path` means a place there. */
  start(args: readonly string[], link = "", input?: string): SampanProcess {
    const env = { ...process.env, SAMPAN_CONFIG: this.makeFolder("config"), SAMPAN_LINK: link };
    const started = new SampanProcess(args, env, input);
    this.#processes.add(started);
    started.ended.finally(() => this.#processes.delete(started)).catch(() => {});
    return started;
  }

  /** Runs `sampan …` to its end. */
  async run(args: readonly string[], link = "", input?: string): Promise<SampanProcess> {
    const started = this.start(args, link, input);
    await started.ended;
    return started;
  }

  /** Serves a folder; a server that comes back takes the port it had, which lies where the system gives none away. */
  async serve(folder: string, port?: number, ...flags: string[]): Promise<RunningServer> {
    for (let attempt = 0; ; attempt++) {
      const tried = port ?? 20_000 + Math.floor(Math.random() * 12_000);
      const server = this.start(["serve", folder, "--host", "127.0.0.1", "--port", String(tried), "--json", ...flags]);
      const isListening = ({ event }: JsonEvent) => event === "listening" || event === "error";
      const event = await server.event(isListening);
      if (event.event === "listening")
        return { process: server, port: numberOf(event, "port"), link: String(event.link) };
      assert.ok(event.code === "E_LISTEN" && port === undefined && attempt < 20, server.account());
    }
  }
}

/** The same link by way of another port, where a test listens in between. */
export function linkVia(port: number, link: string): string {
  return link.replace(/:\d+\//, `:${port}/`);
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > roomBytes;
  } catch {
    return false;
  }
}
