/*
 * dist/cli → dist/cli-bundle: the command line in few files, because the start-up time of a command goes with the number
 * of files it loads. What only some commands need is a file of its own. Where Node keeps no compiled code itself (before
 * 22.8) that of the program is put beside it, for the very Node that builds; bin/bundle.cjs says how it is used.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { root } from "./tree.mjs";

const { bundleFolder, codeFile, scriptOf } = createRequire(import.meta.url)("../bin/bundle.cjs");

/** Packages that only some commands load. */
const lazyPackages = ["@serenity-kit/opaque", "bonjour-service", "hash-wasm", "iconv-lite", "selfsigned", "uqr"];

/** Each becomes a file, and loads the others when it needs them. */
const parts = {
  main: join(root, "dist", "cli", "main.js"),
  "whole-program": join(root, "dist", "cli", "whole-program.js"),
  "pty-host": join(root, "dist", "service", "shell", "pty-host.js"),
  "terminal-screen": join(root, "dist", "service", "shell", "terminal-screen.js"),
  ...Object.fromEntries(lazyPackages.map((name) => [partOf(name), name])),
};

export async function bundleCli() {
  if (!existsSync(parts.main)) return;
  const { build } = await import("esbuild");
  rmSync(bundleFolder, { recursive: true, force: true });
  await build({
    entryPoints: parts,
    outdir: bundleFolder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20.19",
    supported: { "dynamic-import": false },
    // Native code is found by its own package; reading it from a bundle would break its search.
    external: ["@napi-rs/*", "@lydell/*", "udx-native"],
    define: { "import.meta.url": "bundleUrl" },
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [{ name: "parts", setup: keepPartsApart }],
    logLevel: "warning",
  });
  if (module.enableCompileCache === undefined) keepCode("whole-program.cjs");
}

function partOf(path) {
  return basename(path, ".js");
}

function keepPartsApart(esbuild) {
  const apart = ["./whole-program.js", "./terminal-screen.js", ...lazyPackages];
  esbuild.onResolve({ filter: /./ }, ({ path, kind }) => {
    if (kind !== "dynamic-import" || !apart.includes(path)) return undefined;
    return { path: `./${partOf(path)}.cjs`, external: true };
  });
}

/** Compiles all of it at once: left to itself V8 compiles a function when it is first called, which is what is to be saved. */
function keepCode(name) {
  const source = readFileSync(join(bundleFolder, name));
  setFlagsFromString("--no-lazy");
  const script = scriptOf(name, source, undefined);
  setFlagsFromString("--lazy");
  const stamp = createHash("sha256").update(source).digest();
  writeFileSync(join(bundleFolder, codeFile(name)), Buffer.concat([stamp, script.createCachedData()]));
}
