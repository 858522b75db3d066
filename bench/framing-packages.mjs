// Packages of the registry that the framing suite measures against. They are no dependencies of sampan: `--install` puts
// them into .bench/, which is in no clone and no package, in exactly these versions and without running their scripts.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", ".bench", "framing-packages");

export const framingPackages = {
  "frame-stream": "4.0.1",
  "it-length-prefixed": "11.0.1",
  thrift: "0.24.0",
};

export function installFramingPackages() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: framingPackages }));
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, error } = spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  // Not the end: whatever is still missing is left out by name.
  if (status !== 0) process.stderr.write(`npm install failed${error ? `: ${error.message}` : ""}\n`);
}

/** Loads one of them, CommonJS or not. */
export async function loadPackage(name) {
  const require = createRequire(join(folder, "package.json"));
  try {
    return require(name);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM" && error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
  }
  return import(join(folder, "node_modules", name, "dist", "src", "index.js"));
}

/** Why `name` cannot be measured, if it cannot. */
export async function whyNoPackage(name) {
  try {
    await loadPackage(name);
    return undefined;
  } catch (error) {
    return `${error.code ?? error.message} (npm run bench -- framing --install gets it)`;
  }
}
