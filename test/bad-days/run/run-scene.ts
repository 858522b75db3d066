import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { JsonEvent, SampanProcess } from "../sampan-process.js";
import type { Scene } from "../scene.js";

export interface RunningRunServer {
  readonly process: SampanProcess;
  readonly port: number;
  readonly runLink: string;
}

/** Serves an empty folder that runs commands. */
export async function serveRuns(scene: Scene, name: string, ...flags: string[]): Promise<RunningRunServer> {
  const server = await scene.serve(scene.makeFolder(name), undefined, "--hidden", "--no-udp", "--allow-run", ...flags);
  const listening = server.process.last("listening") as JsonEvent;
  return { process: server.process, port: server.port, runLink: String(listening.runLink) };
}

/** Resident memory of a process, in bytes. */
export function memoryOf(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

/** Whether a process is there and has not ended (an ended one that nobody has waited for is a zombie). */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Fulfilled when the process is gone: one that was sent a signal may still be there for a moment. Nobody tells of a stranger's end. */
export async function untilGone(pid: number): Promise<void> {
  const giveUpMs = Date.now() + 10_000;
  while (isRunning(pid)) {
    assert.ok(Date.now() < giveUpMs, `process ${pid} is left`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
