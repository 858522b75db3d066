import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Scene } from "../bad-days/scene.js";
import { needs } from "../needs.js";
import { program } from "./screen/pty-process.js";

const linux = needs("linux");

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs a command line of the shell in which `sampan` is `$@`. */
async function inShell(scene: Scene, line: string, args: readonly string[], link = ""): Promise<Ended> {
  const env = { ...process.env, SAMPAN_CONFIG: scene.makeFolder("config"), SAMPAN_LINK: link };
  const child = spawn("sh", ["-c", line, "sh", process.execPath, program, ...args], { env, cwd: scene.folder });
  child.stdin.end();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stderr };
}

test("output that a full disk does not take is an error, with status 6", linux, async (t) => {
  const scene = new Scene(t);
  scene.makeFolder("served");
  writeFileSync(scene.path("served", "film"), "content");
  const link = "sampan://127.0.0.1:1/#token";
  assert.equal((await scene.run(["remote", "add", "saved"], link)).status, 0);
  const server = await scene.serve(scene.path("served"), undefined, "--allow-run");
  const runLink = String((await server.process.event("listening")).runLink);
  assert.equal((await scene.run(["run", ":", "-d", "--", "sleep", "600"], runLink)).status, 0);
  const cases = [
    ["--version"],
    ["--help"],
    ["ls", "--help"],
    ["completion", "bash"],
    ["hash", "served"],
    ["remote", "ls"],
    ["lab", "list"],
    ["ls", ":"],
    ["ls", "--json", ":"],
    ["time", ":"],
    ["jobs", ":"],
    ["ping", ":", "--count", "1"],
    ["run", ":", "--", "echo", "x"],
    ["get", ":film", "film"],
    ["get", ":film", "-"],
  ];
  for (const args of cases) {
    const { status, stderr } = await inShell(scene, '"$@" > /dev/full', args, runLink);
    assert.equal(status, args[0] === "run" ? 125 : 6, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, /^sampan: .*(standard output|output here).*\(E_NO_SPACE\)$/m, args.join(" "));
  }
  assert.equal(readFileSync(scene.path("film"), "utf8"), "content");
});

test("what a file takes only in part is not taken for written", linux, async (t) => {
  const scene = new Scene(t);
  const { status, stderr } = await inShell(scene, 'ulimit -f 1; "$@" > out', ["--help"]);
  assert.equal(status, 6, stderr);
  assert.match(stderr, /^sampan: cannot write to standard output: .* \(E_LOCAL_FILE\)\n$/);
});

/** Starts sampan when the reader of its output has gone. */
async function withoutReader(scene: Scene, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, SAMPAN_CONFIG: scene.makeFolder("config") };
  const child = spawn("sh", ["-c", 'read go; exec "$@"', "sh", process.execPath, program, ...args], { env });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.destroy();
  await once(child.stdout, "close");
  child.stdin.end("go\n");
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stderr };
}

test("a closed pipe ends a command quietly, with status 141", linux, async (t) => {
  const scene = new Scene(t);
  for (const args of [["--version"], ["-V"], ["--help"], ["completion", "bash"]]) {
    assert.deepEqual(await withoutReader(scene, args), { status: 141, stderr: "" }, args.join(" "));
  }
});

test("a command that has nothing to write does not want for a place to write to", linux, async (t) => {
  const scene = new Scene(t);
  for (const ended of [
    await inShell(scene, '"$@" > /dev/full', ["remote", "ls"]),
    await withoutReader(scene, ["remote", "ls"]),
  ]) {
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stderr, /^no remotes yet; .*\n$/);
  }
});
