import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** From build/tests/test/assistant, where this is compiled to. */
export const sampanProgram = fileURLToPath(new URL("../../../../bin/sampan.mjs", import.meta.url));

export interface Ending {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A process whose input and output the test holds; it is ended with the test. */
export class StartedProcess {
  readonly ended: Promise<Ending>;
  readonly stdin: Writable;
  readonly stdout: Readable;
  stderr = "";
  readonly #child: ChildProcess;
  readonly #chunks: Buffer[] = [];
  readonly #waiters = new Set<() => void>();

  /** Without `keepOutput` nothing reads what the process writes, until the test does. */
  constructor(t: TestContext, command: string, args: readonly string[], { env = process.env, keepOutput = true } = {}) {
    this.#child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.stdin = this.#child.stdin as Writable;
    this.stdout = this.#child.stdout as Readable;
    this.stdin.on("error", () => {});
    if (keepOutput) {
      this.stdout.on("data", (chunk: Buffer) => {
        this.#chunks.push(chunk);
        this.#look();
      });
    }
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (status) => {
        resolve({ status, stdout: Buffer.concat(this.#chunks), stderr: this.stderr });
        this.#look();
      });
    });
    t.after(async () => {
      this.#child.kill("SIGKILL");
      this.stdout.resume();
      await this.ended;
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until `holds`; it is asked after each piece of output. Rejected if the process ends before. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const met = new Promise<true>((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiters.delete(look);
        resolve(true);
      };
      this.#waiters.add(look);
    });
    const over = this.ended.then(() => false);
    if (!(await Promise.race([met, over])) && !holds()) {
      throw new Error(`ended too early\nstdout: ${this.text}\nstderr: ${this.stderr}`);
    }
  }

  /** For a `sampan listen` or `tap`: waits until it listens, and returns its address. */
  async address(): Promise<string> {
    const line = /listening on (\S+?),? *(?:fingerprint (\S+))?\n/;
    await this.until(() => line.test(this.stderr));
    return line.exec(this.stderr)?.[1] as string;
  }

  async port(): Promise<string> {
    return (await this.address()).replace(/^.*:/, "");
  }

  #look(): void {
    for (const look of this.#waiters) look();
  }
}

/** A folder that is gone after the test. */
export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-raw-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The real program, with a config folder of its own. */
export function sampan(
  t: TestContext,
  args: readonly string[],
  options: { readonly keepOutput?: boolean } = {},
): StartedProcess {
  const env = { ...process.env, SAMPAN_CONFIG: join(scratch(t), "config"), NO_COLOR: "1" };
  return new StartedProcess(t, process.execPath, [sampanProgram, ...args], { ...options, env });
}
