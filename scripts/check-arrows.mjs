/*
 * The rules of the shape: an import goes only to a folder that comes earlier in the way of the data, pure folders
 * touch nothing but themselves, a file is small and named after what it holds.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, root } from "./tree.mjs";

/** All that stands below the three folders that do not know each other: classic, assistant, lab. */
const below = ["wire", "session", "transport", "store", "service"];
/** folder → the folders it may import from, itself aside. "." is the public surface, src/*.ts. */
const mayImport = {
  wire: [],
  session: ["wire"],
  transport: ["wire", "session"],
  store: ["wire", "session"],
  service: ["wire", "session", "transport", "store"],
  classic: below,
  assistant: below,
  lab: below,
  ".": [...below, "assistant"],
  cli: [...below, "classic", "assistant", "lab", "."],
  web: [...below, "classic", "assistant", "lab", "."],
};
const pure = ["wire", "session"];
const emptyNames = /^(utils?|helpers?|common|managers?|misc|shared|lib)$/;
const maxLines = 300;

// import … from "x", export … from "x", import "x"; then import("x")
const importPattern = /^\s*(?:import|export)\b(?:[^"'`;]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
const lazyPattern = /\bimport\s*\(\s*["'`]([^"'`\n]+)["'`]/g;

/** Everything below `project`/src that breaks a rule, one line each with what to do. */
export function checkArrows(project) {
  const src = join(project, "src");
  return filesBelow(src, ".ts").flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const name = relative(project, file).split(sep).join("/");
    return [...checkName(name), ...checkLength(name, text), ...checkImports(src, file, name, text)];
  });
}

function checkName(name) {
  const parts = name.replace(/\.ts$/, "").split("/").slice(1);
  const empty = parts.filter((part) => emptyNames.test(part) || /(^|[-.])(utils?|helpers?|managers?)$/.test(part));
  return empty.map((part) => `${name}: "${part}" does not say what is in it; name it after the one thing it holds`);
}

function checkLength(name, text) {
  const lines = text.split("\n").length - 1;
  return lines <= maxLines ? [] : [`${name}: ${lines} lines; the most is ${maxLines}: split it by concept`];
}

function checkImports(src, file, name, text) {
  const from = layerOf(src, file);
  if (mayImport[from] === undefined)
    return [`${name}: no layer is called "${from}"; add it to scripts/check-arrows.mjs`];
  return importsOf(text).flatMap((target) => {
    const why = refusal(src, file, from, target);
    return why === undefined ? [] : [`${name}: imports "${target}", but ${why}`];
  });
}

function refusal(src, file, from, target) {
  if (!target.startsWith(".")) {
    return pure.includes(from) ? `${from}/ is pure: no Node module and no package; take it through a port` : undefined;
  }
  const path = resolve(dirname(file), target);
  const to = layerOf(src, path);
  if (to === undefined)
    return existsSync(path) && basename(path) === "package.json" ? undefined : "that is outside src/";
  if (to === from || mayImport[from].includes(to)) return undefined;
  const allowed = mayImport[from].join(", ") || "nothing";
  return `${from} may import only from itself and ${allowed}; move the code up, or pass it in through a port`;
}

function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(importPattern), ...code.matchAll(lazyPattern)].map(([, target]) => target);
}

/** The first folder below src, "." for files in src itself, undefined for what is elsewhere. */
function layerOf(src, path) {
  const parts = relative(src, path).split(sep);
  if (parts[0] === "..") return undefined;
  return parts.length === 1 ? "." : parts[0];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = checkArrows(process.argv[2] ?? root);
  for (const line of found) console.error(line);
  process.exit(found.length === 0 ? 0 : 1);
}
