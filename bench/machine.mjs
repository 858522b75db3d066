import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { formatBytes } from "./bytes.mjs";

export function machineFacts() {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    cpu: processors[0].model,
    cores: processors.length,
    loadBefore: Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]),
    memory: formatBytes(totalmem()),
    kernel: release(),
    node: process.version,
    openssl: process.versions.openssl,
    commit: commit(),
  };
}

function commit() {
  try {
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : " and changes");
  } catch {
    return "not a clone";
  }
}

function git(...args) {
  return execFileSync("git", ["-C", import.meta.dirname, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}
