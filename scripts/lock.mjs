/*
 * `npm run lock`: makes package-lock.json anew from package.json, then sees to two things that npm leaves open:
 *
 * - no "resolved" fields, so that the lock file names no registry and works with any;
 * - an entry for every platform package. npm silently drops those that the registry at hand does not have, and then
 *   `npm ci` refuses the lock file on every machine whose registry does ("Missing: … from lock file").
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const platformPart =
  /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)(?:-(gnu|musl|msvc|gnueabihf|musleabihf|eabi))?$/;

const npm = spawnSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (npm.status !== 0) process.exit(npm.status ?? 1);

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  if (path === "") continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`;
    const platform = platformPart.exec(name);
    if (lock.packages[place] !== undefined) continue;
    if (platform === null || /[^\d.]/.test(version)) throw new Error(`cannot tell what platform ${name} is for`);
    const [, os, cpu, abi = ""] = platform;
    lock.packages[place] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      ...(os === "linux" && abi !== "" ? { libc: [abi.startsWith("musl") ? "musl" : "glibc"] } : {}),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync("package-lock.json", `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(`package-lock.json: ${sorted.length - 1} packages, ${added.length} of them for platforms not at hand`);
