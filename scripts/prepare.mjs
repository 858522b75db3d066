/*
 * Makes a clone ready to run: installs from the lock file and builds, each only when needed. `--test` builds the tests
 * too and sees to the commands that they need. It runs before node_modules exists, so it uses nothing but Node.
 * What is said here goes to standard error: standard output belongs to the program that follows.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installNeeds } from "./needs.mjs";
import { newest, root } from "./tree.mjs";

const forTests = process.argv.includes("--test");

process.chdir(root);
checkNode();
if (installIsStale()) install();
if (forTests) installNeeds();
const { build, buildIsStale } = await import("./build.mjs");
if (forTests || buildIsStale()) await build({ tests: forTests });

function checkNode() {
  const wanted = JSON.parse(readFileSync("package.json", "utf8")).engines.node.replace(">=", "");
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  fail(`sampan needs Node ${wanted} or later; this is ${process.versions.node}. Get a newer one from your system.`);
}

/** npm writes node_modules/.package-lock.json last, so an installation that was broken off counts as stale. */
function installIsStale() {
  const done = join("node_modules", ".package-lock.json");
  return !existsSync(done) || newest([done]) < newest(["package-lock.json"]);
}

function install() {
  say("installing from package-lock.json …");
  const npm = process.env.npm_execpath;
  // Development packages hold the compiler, so they are needed even where NODE_ENV says "production".
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const stdio = ["ignore", 2, 2];
  const { status } = npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], { stdio })
    : spawnSync("npm", args, { stdio, shell: process.platform === "win32" });
  if (status !== 0) fail("npm ci failed; what it says above is the reason. Is the package registry within reach?");
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
