import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect, SampanError } from "../../src/index.js";
import { needs } from "../needs.js";
import { victimServer } from "./victim.js";

const rounds = 60;

/** Puts a folder and a link to the outside in turn under the same name, as fast as it can, until it is ended. */
const swapper = `
const fs = require("node:fs");
const [folder, aside, outside] = process.argv.slice(1);
process.stdout.write("ready\\n");
const tryTo = (doing) => { try { doing(); } catch {} };
for (;;) {
  tryTo(() => fs.renameSync(folder, aside));
  tryTo(() => fs.symlinkSync(outside, folder));
  tryTo(() => fs.unlinkSync(folder));
  try { fs.renameSync(aside, folder); } catch { tryTo(() => fs.rmSync(folder, { recursive: true, force: true })); }
}`;

test(
  "a folder swapped for a link to the outside while files go in and out: nothing outside is read or written",
  needs("linux"),
  async (t) => {
    const { server, inside, outside } = await victimServer(t);
    const folder = join(inside, "folder");
    mkdirSync(folder);
    writeFileSync(join(folder, "file"), "inside");
    const own = join(inside, "own");
    mkdirSync(own);
    for (let count = 0; count < 20; count++) writeFileSync(join(own, `${count}`), "sent");
    writeFileSync(join(own, "file"), "inside");
    const target = join(outside, "folder");
    const child = spawn(process.execPath, ["-e", swapper, folder, join(inside, "aside"), target], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    const peer = await connect(server.link as string);
    const codes = new Map<string, number>();
    try {
      for (let round = 0; round < rounds; round++) {
        const got = join(inside, "..", "inside", `got${round}`);
        const doings = [
          peer.files.put(`${own}/`, "folder/").result,
          peer.files.get("folder/file", got).result,
          peer.files.makeFolder(`folder/made${round}`),
          peer.files.remove("folder/file"),
        ];
        for (const ended of await Promise.allSettled<{ problems: readonly { error: SampanError }[] } | void>(doings)) {
          const outcome = ended.status === "rejected" ? ended.reason : (ended.value?.problems[0]?.error ?? "fine");
          assert.ok(outcome === "fine" || outcome instanceof SampanError, String(outcome));
          const code = outcome instanceof SampanError ? outcome.code : outcome;
          assert.notEqual(
            code,
            "E_BUG",
            outcome instanceof SampanError ? String(outcome.cause ?? outcome.message) : "",
          );
          codes.set(code, (codes.get(code) ?? 0) + 1);
        }
        const content = readIfThere(got);
        assert.ok(content === undefined || content === "inside", `read from outside: ${content}`);
        rmSync(got, { force: true, recursive: true });
      }
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
      await peer.close();
    }
    assert.ok((codes.get("E_LINK") ?? 0) > 0, `the race was never met: ${JSON.stringify([...codes])}`);
  },
);

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
