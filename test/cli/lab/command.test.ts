import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { experiments } from "../../../src/lab/experiments.js";
import { needs } from "../../needs.js";

const program = ["bin/sampan.mjs", "lab"];

function run(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, LC_ALL: "C" };
  return spawnSync(process.execPath, [...program, ...argv], { encoding: "utf8", env });
}

test("lab and lab list name all experiments, in the language asked for", () => {
  assert.equal(run().stdout, run("list").stdout);
  assert.equal(run("list").stdout.trimEnd().split("\n").length, experiments.length);
  assert.match(run("--lang", "zh").stdout, /^two-sends +两次 send/m);
  const events = run("list", "--json").stdout.trimEnd().split("\n");
  assert.deepEqual(
    events.map((line) => (JSON.parse(line) as { name: string }).name),
    experiments.map(({ name }) => name),
  );
});

test("lab NAME runs it; an unknown name and an unknown language are usage errors", needs("linux"), () => {
  const { status, stdout } = run("cut-datagram");
  assert.equal(status, 0);
  assert.match(stdout, /^- 4 of 11 bytes were read; the next read gave EAGAIN\. 7 bytes are gone\.$/m);
  const unknown = run("cut-datagrams");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /no experiment "cut-datagrams"/);
  assert.equal(run("two-sends", "--lang", "de").status, 2);
});

test("interrupted between two steps it ends with 130", needs("linux"), async () => {
  const child = spawn(process.execPath, [...program, "two-sends", "--slow", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    if (chunk.includes('"event":"step"')) child.kill("SIGINT");
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 130);
  assert.equal((JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { code: string }).code, "E_INTERRUPTED");
});
