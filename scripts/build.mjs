/*
 * `npm run build`: src/ → dist/ with the TypeScript compiler, then dist/cli → dist/cli-bundle, the same program in few
 * files. `--tests` builds test/ → build/tests too.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleCli } from "./cli-bundle.mjs";
import { filesBelow, newest, root } from "./tree.mjs";

const stamp = join(root, "dist", ".built");

const builders = ["scripts/build.mjs", "scripts/cli-bundle.mjs", "bin/bundle.cjs"].map((name) => join(root, name));

/** Whether anything that the build reads is newer than the last whole build. */
export function buildIsStale() {
  const inputs = [...filesBelow(join(root, "src")), ...configs(), ...builders];
  return newest([stamp]) < newest(inputs);
}

export async function build({ tests = false } = {}) {
  const started = performance.now();
  // tsc does not look at a changed configuration again by itself, only at changed sources.
  const force = newest([stamp]) < newest(configs()) ? ["--force"] : [];
  removeOrphans(join(root, "src"), join(root, "dist"));
  compile(["-b", ...force, "."]);
  await bundleCli();
  writeFileSync(stamp, "");
  if (tests) {
    removeOrphans(join(root, "test"), join(root, "build", "tests", "test"));
    linkSources();
    compile(["-b", ...force, "test"]);
  }
  process.stderr.write(`built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

function configs() {
  return ["tsconfig.json", "tsconfig.base.json", join("test", "tsconfig.json")]
    .map((name) => join(root, name))
    .concat(filesBelow(join(root, "src"), "tsconfig.json"), join(root, "package-lock.json"));
}

function compile(args) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  process.stderr.write("the build failed: correct what the compiler says above.\n");
  process.exit(1);
}

/** What was compiled from a source that is gone now would still be found by an import. */
function removeOrphans(from, to) {
  for (const file of filesBelow(to, ".js")) {
    if (file.includes("cli-bundle")) continue;
    const stem = file.slice(0, -".js".length);
    if (existsSync(`${from}${stem.slice(to.length)}.ts`)) continue;
    for (const ending of [".js", ".js.map", ".d.ts"]) rmSync(stem + ending, { force: true });
  }
}

/**
 * Tests import "../../src/wire/message.js". Compiled to build/tests/test/… that path leads to build/tests/src, which is
 * a link to dist: the tests run the very files that are published.
 */
function linkSources() {
  const link = join(root, "build", "tests", "src");
  if (statSync(link, { throwIfNoEntry: false }) !== undefined) return;
  rmSync(link, { force: true });
  mkdirSync(join(root, "build", "tests"), { recursive: true });
  symlinkSync(process.platform === "win32" ? join(root, "dist") : join("..", "..", "dist"), link, "junction");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await build({ tests: process.argv.includes("--tests") });
