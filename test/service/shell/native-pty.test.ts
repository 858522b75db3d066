import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadNativePty } from "../../../src/service/shell/native-pty.js";
import { needs } from "../../needs.js";

test("the native half of the terminal package is the one that was tried", needs("linux"), () => {
  const text = readFileSync("node_modules/@lydell/node-pty/package.json", "utf8");
  assert.equal((JSON.parse(text) as { version: string }).version, "1.1.0");
  const native = loadNativePty();
  // file, args, environment, folder, columns, rows, uid, gid, utf8, helper, onExit; fd, columns, rows.
  assert.equal(typeof native.fork, "function");
  assert.equal(typeof native.resize, "function");
  // What it does with them is seen in shell.test.ts: sizes, UTF-8, exit status and signal.
  assert.throws(
    () => (native.fork as unknown as () => void)(),
    /Usage: pty\.fork\(file, args, env, cwd, cols, rows, uid, gid, utf8, helperPath, onexit\)/,
  );
});
