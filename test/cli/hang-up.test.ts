import assert from "node:assert/strict";
import { constants } from "node:os";
import { type TestContext, test } from "node:test";
import { type RunningRunServer, serveRuns } from "../bad-days/run/run-scene.js";
import { Scene } from "../bad-days/scene.js";
import { needs } from "../needs.js";
import { type PtyProcess, sampanOnTerminal } from "./screen/pty-process.js";

const options = { ...needs("python3", "linux"), timeout: 30_000 };
const hungUp = 128 + constants.signals.SIGHUP;

interface OpenWindow {
  readonly server: RunningRunServer;
  readonly terminal: PtyProcess;
}

async function openWindow(t: TestContext, ...args: string[]): Promise<OpenWindow> {
  const scene = new Scene(t);
  scene.makeFolder("other");
  const server = await serveRuns(scene, "served");
  const env = { SAMPAN_LINK: server.runLink, SAMPAN_CONFIG: scene.path("config") };
  return { server, terminal: sampanOnTerminal(t, 80, args, { env, folder: scene.folder }) };
}

test("when its window is closed a shell is detached", options, async (t) => {
  const { server, terminal } = await openWindow(t, "shell", ":", "--", "sh", "-c", "echo ready; exec cat");
  await terminal.row(/^ready$/);
  terminal.hangUp();
  assert.equal(await terminal.ended, hungUp);
  assert.equal((await server.process.event("shell-detach")).why, "detached");
});

test("when its window is closed a command gets the hangup", options, async (t) => {
  const { server, terminal } = await openWindow(t, "run", ":", "--", "sh", "-c", "echo ready; exec sleep 600");
  await terminal.row(/^ready$/);
  terminal.hangUp();
  assert.equal(await terminal.ended, hungUp);
  assert.equal((await server.process.event("run-end")).signal, "SIGHUP");
});

for (const [args, row] of [
  [["listen", "tcp://127.0.0.1:0"], /listening on tcp/],
  [["lab", "two-sends", "--slow"], /send\(/],
  [["chat", ":"], /lobby · 1 here/],
  [["serve", "other", "--host", "127.0.0.1", "--port", "0", "--hidden"], /read only/],
] as const) {
  test(`${args[0]} ends by the hangup when its window is closed`, options, async (t) => {
    const { terminal } = await openWindow(t, ...args);
    await terminal.row(row);
    terminal.hangUp();
    assert.equal(await terminal.ended, hungUp);
  });
}
