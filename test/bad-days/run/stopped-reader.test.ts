import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as passes } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { needs } from "../../needs.js";
import { Scene } from "../scene.js";
import { memoryOf, serveRuns } from "./run-scene.js";

const program = fileURLToPath(new URL("../../../../../bin/sampan.mjs", import.meta.url));
const MiB = 2 ** 20;

/** Bytes that a process has written in its life. */
function writtenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}

test(
  "a command that prints for ever into a reader that stopped is slowed; both ends stay small and in touch",
  needs("linux"),
  async (t) => {
    const scene = new Scene(t);
    const server = await serveRuns(scene, "served");
    const env = { ...process.env, SAMPAN_CONFIG: scene.makeFolder("config"), SAMPAN_LINK: server.runLink };
    const client = spawn(process.execPath, [program, "run", ":", "-n", "--", "sh", "-c", "echo $$; exec yes"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(client, "close");
    try {
      client.stdout.pause();
      await once(client.stdout, "readable");
      const yes = Number(/^\d+/.exec(String(client.stdout.read()))?.[0]);
      // As long as it moves it has not been held back yet; what fits on the way is bounded.
      let before = -1;
      while (writtenBy(yes) !== before) {
        before = writtenBy(yes);
        await passes(300);
      }
      assert.ok(before < 32 * MiB, `${before} bytes were printed into nothing`);
      assert.ok(memoryOf(server.process.pid) < 200 * MiB, `the server has ${memoryOf(server.process.pid)} bytes`);
      assert.ok(memoryOf(client.pid as number) < 200 * MiB, `the client has ${memoryOf(client.pid as number)} bytes`);
      // Longer than either end waits for a silent peer: the one that has stopped reading is not taken for gone.
      await passes(9000);
      assert.equal(writtenBy(yes), before);
      assert.equal(server.process.last("run-end"), undefined);
      client.stdout.resume();
      while (writtenBy(yes) < before + 64 * MiB) await once(client.stdout, "data");
    } finally {
      client.kill("SIGKILL");
      await ended;
    }
    assert.equal((await server.process.event("run-end")).event, "run-end");
  },
);
