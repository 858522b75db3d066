/*
 * `npm test`: lint, then every compiled test file, each in a process of its own. `npm test -- wire message` runs only
 * the files whose path contains one of these words, without lint. Afterwards no process and no folder may be left.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { lint } from "./lint.mjs";
import { missingNeeds } from "./needs.mjs";
import { filesBelow, root } from "./tree.mjs";

const fileTimeoutMs = 120_000;
const graceMs = 3_000;

const filters = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
process.chdir(root);

const faults = [];
if (filters.length === 0 && !lint()) faults.push("lint found something, see the top");

// A temporary folder and a mark in the environment of this run alone: another run beside it is not mistaken for ours.
const folder = mkdtempSync(join(tmpdir(), "st-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const mark = `SAMPAN_TEST_RUN=${process.pid}-${Date.now()}`;
process.env.SAMPAN_TEST_RUN = mark.slice(mark.indexOf("=") + 1);
process.env.TMPDIR = folder;
process.env.SAMPAN_TEST_WITHOUT = [process.env.SAMPAN_TEST_WITHOUT ?? "", ...missingNeeds()].join(",");

const files = filesBelow("test", ".test.ts")
  .map((file) => file.split(sep).join("/"))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .map((file) => join("build", "tests", file.replace(/\.ts$/, ".js")));
if (files.length === 0) stop(`no test file has ${filters.join(" or ")} in its path`);

const { failed, leftOut } = await runFiles();
faults.push(...failed);
for (const { name, why } of leftOut) process.stdout.write(`left out: ${name} (${why})\n`);
faults.push(...(await processesLeft()), ...foldersLeft());
if (faults.length > 0) stop(faults.join("\n"));

function runFiles() {
  const failed = [];
  const leftOut = [];
  const events = run({
    files: files.map((file) => join(root, file)),
    concurrency: Math.min(8, Math.max(2, availableParallelism())),
    timeout: fileTimeoutMs,
  });
  events.on("test:pass", ({ name, skip }) => {
    if (skip !== undefined && skip !== false) leftOut.push({ name, why: skip === true ? "no reason given" : skip });
  });
  events.on("test:fail", ({ name, file, todo, nesting }) => {
    if (todo === undefined && nesting === 0) failed.push(`failed: ${name} in ${sourceOf(file ?? "")}`);
  });
  const shown = events.compose(spec);
  shown.pipe(process.stdout);
  return new Promise((resolve, reject) => {
    shown.on("end", () => resolve({ failed, leftOut }));
    shown.on("error", reject);
  });
}

/** The source of a test file; Node names it by its source map where there is one, else as compiled. */
function sourceOf(file) {
  const compiled = join(root, "build", "tests");
  return file.startsWith(compiled) ? relative(compiled, file).replace(/\.js$/, ".ts") : relative(root, file);
}

/** Processes that carry our mark: what a test started inherits it, however deep. Only Linux lets us look. */
async function processesLeft() {
  for (const deadline = Date.now() + graceMs; ; ) {
    const left = markedProcesses();
    if (left.length === 0) return [];
    if (Date.now() > deadline) {
      for (const { pid } of left) endProcess(pid);
      return left.map(({ pid, command }) => `a test left process ${pid} running (ended now): ${command}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function markedProcesses() {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readProc(pid, "environ").split("\0").includes(mark))
    .map((pid) => ({ pid: Number(pid), command: readProc(pid, "cmdline").replaceAll("\0", " ").slice(0, 200) }));
}

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return ""; // It has ended meanwhile, or belongs to somebody else.
  }
}

function endProcess(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}

function foldersLeft() {
  const left = readdirSync(folder).filter((name) => name.startsWith("sampan-test-"));
  return left.map((name) => `a test left the temporary folder ${name} behind`);
}

function stop(text) {
  process.stdout.write(`\n${text}\n`);
  process.exit(1);
}
