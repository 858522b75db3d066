import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findProgram } from "./find-program.mjs";
import { undoLater } from "./undo.mjs";

const packageOf = {
  scp: "openssh-client",
  sftp: "openssh-client",
  sshd: "openssh-server",
  rsync: "rsync",
  nginx: "nginx-light",
  curl: "curl",
  openssl: "openssl",
  tar: "tar",
  ip: "iproute2",
};

/** Installs the programs of that table which are not there: program → the Debian package that brings it. */
export function installPeers(wanted = packageOf) {
  const packages = new Set();
  for (const [program, name] of Object.entries(wanted)) {
    if (findProgram(program) === undefined) packages.add(name);
  }
  if (packages.size === 0) return;
  process.stderr.write(`installing ${[...packages].join(", ")}\n`);
  const allowStarting = forbidStartingServices();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const { status, error } = spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
    // Not the end: whatever is still missing is left out by name.
    if (status !== 0) process.stderr.write(`apt-get ${args[0]} failed${error ? `: ${error.message}` : ""}\n`);
  }
  allowStarting();
}

/** Debian starts a daemon when its package is installed, unless this file says no. The bench wants programs only. */
function forbidStartingServices() {
  const path = "/usr/sbin/policy-rc.d";
  if (existsSync(path)) return () => {};
  try {
    writeFileSync(path, "#!/bin/sh\nexit 101\n", { mode: 0o755, flag: "wx" });
  } catch {
    return () => {}; // not root: apt-get will say so
  }
  return undoLater(() => rmSync(path, { force: true }));
}
