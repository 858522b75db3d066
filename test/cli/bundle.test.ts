import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import type { Script } from "node:vm";

interface Bundle {
  readonly bundleFolder: string;
  codeFile(name: string): string;
  scriptOf(name: string, source: Buffer, cachedData: Buffer | undefined): Script;
}

const { bundleFolder, codeFile, scriptOf } = createRequire(resolve("package.json"))("./bin/bundle.cjs") as Bundle;
const name = "whole-program.cjs";
const keepsCode = (module as { enableCompileCache?: unknown }).enableCompileCache === undefined;

/** A copy of the built program, to be damaged. */
function copy(t: TestContext): { folder: string; help: () => string } {
  const root = mkdtempSync(join(tmpdir(), "sampan-test-bundle-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const part of ["bin", "package.json", join("dist", "cli-bundle")]) {
    cpSync(part, join(root, part), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(root, "node_modules"), "junction");
  const help = () => {
    const args = [join(root, "bin", "sampan.mjs"), "--help"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout;
  };
  return { folder: join(root, "dist", "cli-bundle"), help };
}

test("the code that the build keeps is accepted", { skip: !keepsCode }, () => {
  const source = readFileSync(join(bundleFolder, name));
  const code = readFileSync(join(bundleFolder, codeFile(name))).subarray(32);
  assert.equal(scriptOf(name, source, code).cachedDataRejected, false);
});

test("the program runs without kept code, and with code that is cut short", (t) => {
  const { folder, help } = copy(t);
  const whole = help();
  assert.match(whole, /^Usage: sampan/);
  const path = join(folder, codeFile(name));
  const code = existsSync(path) ? readFileSync(path) : Buffer.alloc(100_000);
  for (const length of [0, 31, 32, 100, code.length >> 1]) {
    writeFileSync(path, code.subarray(0, length));
    assert.equal(help(), whole);
  }
  for (const file of readdirSync(folder)) if (file.endsWith(".code")) rmSync(join(folder, file));
  assert.equal(help(), whole);
});

test("code of another source of the same length is not used", (t) => {
  const { folder, help } = copy(t);
  const path = join(folder, name);
  const source = readFileSync(path, "latin1");
  const changed = source.replace("Serve a folder, and print", "Serve a FOLDER, and print");
  assert.notEqual(changed, source);
  writeFileSync(path, changed, "latin1");
  assert.match(help(), /Serve a FOLDER/);
});
