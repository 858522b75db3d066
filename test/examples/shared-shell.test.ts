import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.js";
import { shellScene } from "../service/shell/shell-scene.js";
import { runProgram } from "./run-program.js";

test("shared-shell shows what a second client sees, and ends with the shell's status", needs("linux"), async (t) => {
  const { server } = await shellScene(t);
  const link = { SAMPAN_LINK: server.runLink as string };
  const example = ["examples/library/shared-shell.mjs", "echo se''en; (exit 6)"];
  const { status, stdout, stderr } = await runProgram(process.execPath, example, link);
  assert.equal(status, 6, stderr);
  assert.match(stdout, /\bseen\r\n/);
  assert.match(stdout, /^[0-9a-f]{8}: exited, status 6$/m);
});
