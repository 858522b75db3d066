import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { SampanProcess } from "../../bad-days/sampan-process.js";

const programs = "test/interop/classic/programs";
const env = { ...process.env, PYTHONUTF8: "1", PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };

export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-classic-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface PythonServer {
  readonly address: string;
  /** The next line that it prints. */
  line(): Promise<string>;
}

/** Starts one of the tutorials' servers, which says its port first; it is ended after the test. */
export async function pythonServer(t: TestContext, name: string, ...args: string[]): Promise<PythonServer> {
  const child = spawn("python3", [join(programs, name), ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => ended(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  return { address: `127.0.0.1:${await line()}`, line };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await over;
}

/** Runs one of the tutorials' clients to its end, and gives what it printed. */
export async function pythonClient(name: string, port: number, input: string, ...args: string[]): Promise<string> {
  const child = spawn("python3", [join(programs, name), "127.0.0.1", String(port), ...args], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const status = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(status, 0, stderr);
  return stdout;
}

export interface SampanServer {
  readonly port: number;
  readonly process: SampanProcess;
}

/** Starts `sampan classic serve`; after the test Ctrl-C ends it, with status 0. */
export async function sampanServer(t: TestContext, protocol: string, ...flags: string[]): Promise<SampanServer> {
  const server = new SampanProcess(["classic", "serve", protocol, "--port", "0", "--json", ...flags], process.env);
  t.after(async () => {
    server.kill("SIGINT");
    assert.deepEqual(await server.ended, { status: 0, signal: null }, server.account());
  });
  const listening = await server.event("listening");
  assert.equal(listening.protocol, protocol);
  assert.equal(listening.host, "127.0.0.1");
  return { port: listening.port as number, process: server };
}

/** Runs a sampan client to its end; it must succeed. */
export async function sampanClient(input: string | undefined, ...args: string[]): Promise<string> {
  const client = new SampanProcess(["classic", ...args], process.env, input);
  const { status } = await client.ended;
  assert.equal(status, 0, client.account());
  return client.stdout;
}
