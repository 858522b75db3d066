/*
 * Commands that some tests start and that npm cannot install. What is missing is installed where that is ours to do
 * (root on Debian and its kin); elsewhere it is named, and the tests that need it name themselves as left out.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** command → the Debian package that brings it, and which tests want it. */
const needs = {
  python3: { package: "python3", for: "the Python client in examples/python" },
  bash: { package: "bash", for: "completion in a real bash" },
  nc: { package: "netcat-openbsd", for: "talking to sampan listen and connect, and to a plain chat room" },
  socat: { package: "socat", for: "talking to sampan listen and connect" },
  curl: { package: "curl", for: "talking to sampan listen by telnet://" },
  chronyd: { package: "chrony", for: "reading the time that a server tells by SNTP" },
  tmux: { package: "tmux", for: "shells in a terminal" },
  vim: { package: "vim", for: "a file edited in a shell" },
  top: { package: "procps", for: "a program that draws all the time in a shell" },
  git: { package: "git", for: "comparing patterns with what git makes of them" },
};

/** The commands that tests need and this machine does not have. */
export function missingNeeds() {
  return Object.keys(needs).filter((command) => !isThere(command));
}

/** Installs what is missing, or says what it is. Never fails: the rest of the suite can run without. */
export function installNeeds() {
  const missing = missingNeeds();
  if (missing.length === 0) return;
  const names = missing.map((command) => `${command} (${needs[command].for})`).join(", ");
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version") || !isThere("apt-get")) {
    process.stderr.write(`missing: ${names}. Install it to run the tests that need it; they are left out now.\n`);
    return;
  }
  process.stderr.write(`installing ${names} …\n`);
  const packages = missing.map((command) => needs[command].package);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const aptGet = (...args) =>
    spawnSync("apt-get", ["-qq", "-y", ...args], { env, stdio: ["ignore", 2, 2] }).status === 0;
  const install = () => aptGet("install", "--no-install-recommends", ...packages);
  if (install() || (aptGet("update") && install())) return;
  process.stderr.write(`apt-get could not install ${packages.join(", ")}; the tests that need it are left out.\n`);
}

function isThere(command) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, command + ending))));
}
