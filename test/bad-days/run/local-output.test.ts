import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { needs } from "../../needs.js";
import { Scene } from "../scene.js";
import { serveRuns } from "./run-scene.js";

const program = fileURLToPath(new URL("../../../../../bin/sampan.mjs", import.meta.url));
const posix = needs("linux");

/** Serves two folders, and has a shell here run a line in which `sampan` is the program; resolves to its stderr. */
async function twoRemotes(scene: Scene): Promise<(line: string) => Promise<string>> {
  for (const name of ["one", "two"]) {
    const { runLink } = await serveRuns(scene, name);
    await scene.run(["remote", "add", name], runLink);
  }
  return async (line) => {
    const start = `sampan() { '${process.execPath}' '${program}' "$@"; }; ${line}`;
    const env = { ...process.env, SAMPAN_CONFIG: scene.path("config") };
    const shell = spawn("sh", ["-c", start], { env, cwd: scene.folder, stdio: ["ignore", "ignore", "pipe"] });
    const [told] = await Promise.all([text(shell.stderr), once(shell, "close")]);
    return told;
  };
}

function namesOfEvents(path: string): string[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => String((JSON.parse(line) as { event: unknown }).event));
}

test("all events are in the file to which they go, to the last one", posix, async (t) => {
  const scene = new Scene(t);
  const run = await twoRemotes(scene);
  await run("sampan run one,two --json -n -- sh -c 'seq 200000' > several");
  const names = namesOfEvents(scene.path("several"));
  assert.deepEqual([names.filter((name) => name === "exited").length, names.at(-1)], [2, "done"]);
  await run("sampan run one --json -n -- sh -c 'seq 200000' > single");
  assert.equal(namesOfEvents(scene.path("single")).at(-1), "exited");
  const id = (await scene.run(["run", "one", "-d", "--", "seq", "100000"])).stdout.trim();
  await run(`sampan attach one ${id} --json > attached`);
  assert.equal(namesOfEvents(scene.path("attached")).at(-1), "exited");
});

test("a reader that leaves ends it quietly, whatever the output is wrapped in", posix, async (t) => {
  const scene = new Scene(t);
  const run = await twoRemotes(scene);
  const script = "while echo y; do sleep 0.02; done";
  const id = (await scene.run(["run", "one", "-d", "--", "sh", "-c", script])).stdout.trim();
  for (const command of [
    "run one -n -- yes",
    "run one --json -n -- yes",
    "run one,two -- yes",
    "run one,two --json -- yes",
    `attach one ${id}`,
    `attach one ${id} --json`,
  ]) {
    const told = await run(`{ sampan ${command}; echo "status $?" >&2; } | head -n 1`);
    assert.equal(told, "status 141\n", command);
  }
  assert.equal((await scene.run(["kill", "one", id])).status, 0);
});

test("output that the disk has no room for ends it in words", posix, async (t) => {
  const scene = new Scene(t);
  const run = await twoRemotes(scene);
  const id = (await scene.run(["run", "one", "-d", "--", "echo", "hi"])).stdout.trim();
  const sentence = "sampan: cannot write the command's output here (ENOSPC) (E_NO_SPACE)\n";
  for (const command of [
    "run one -n -- echo hi",
    "run one --json -n -- echo hi",
    "run one,two --json -- echo hi",
    `attach one ${id}`,
    `attach one ${id} --json`,
  ]) {
    const told = await run(`sampan ${command} > /dev/full; echo "status $?" >&2`);
    assert.equal(told, `${sentence}status 125\n`, command);
  }
  const several = await run(`sampan run one,two -- echo hi > /dev/full; echo "status $?" >&2`);
  const why = "status 125, cannot write the command's output here (ENOSPC) (E_NO_SPACE)";
  assert.equal(several, `0 of 2 remotes: status 0\none: ${why}\ntwo: ${why}\n${sentence}status 125\n`);
});
