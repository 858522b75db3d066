/*
 * Loads the bundled program, with code that the build has compiled where there is some for this very Node. (Later ones
 * keep compiled code by themselves.) V8 refuses code of another version or other flags, and compiles as ever; of the
 * source it only compares the length, so the digest of the source stands in front of the code: 32 bytes, SHA-256.
 */
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const bundleFolder = join(__dirname, "..", "dist", "cli-bundle");
const stampBytes = 32;

/** Where the compiled code of `name` is. */
function codeFile(name) {
  return `${name}.${process.version}-${process.platform}-${process.arch}.code`;
}

/** `source`, plain ASCII, as a function of what Node gives to a module. */
function scriptOf(name, source, cachedData) {
  const text = `(function (exports, require, module, __filename, __dirname) {${source.toString("latin1")}\n})`;
  return new Script(text, { filename: join(bundleFolder, name), cachedData });
}

/** The way in. It is small, and what asks for no more than the version shall not wait for what the rest needs. */
function loadMain() {
  const name = "main.cjs";
  return run(scriptOf(name, readFileSync(join(bundleFolder, name))), name);
}

/** The module `name` of the bundle. */
function load(name) {
  const path = join(bundleFolder, name);
  const code = readCode(name);
  if (code === undefined) return require(path);
  const source = readFileSync(path);
  // Here and not above: it takes some Nodes as long to load as all else that `--version` does.
  const { createHash } = require("node:crypto");
  const stamp = createHash("sha256").update(source).digest();
  if (!stamp.equals(code.subarray(0, stampBytes))) return require(path);
  return run(scriptOf(name, source, code.subarray(stampBytes)), name);
}

function run(script, name) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireBeside, module, join(bundleFolder, name), bundleFolder);
  return module.exports;
}

function requireBeside(id) {
  return id.startsWith("./") ? load(id.slice(2)) : require(id);
}

function readCode(name) {
  try {
    return readFileSync(join(bundleFolder, codeFile(name)));
  } catch {
    return undefined;
  }
}

// In bundled code every import() is a require, which cannot load what is no part of the bundle: a user's script.
globalThis[Symbol.for("sampan.import")] = (url) => import(url);

module.exports = { bundleFolder, codeFile, scriptOf, loadMain };
