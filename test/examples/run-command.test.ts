import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../needs.js";
import { withRunServer } from "../service/run/run-server.js";
import { runProgram } from "./run-program.js";

const posix = needs("linux");

function example(link: string, args: readonly string[]) {
  return runProgram(process.execPath, ["examples/library/run-command.mjs", ...args], { SAMPAN_LINK: link });
}

test("run-command runs a program there: its outputs, its status", posix, async () => {
  await withRunServer(async ({ link }) => {
    const { status, stdout, stderr } = await example(link, ["sh", "-c", "echo out; echo err >&2; exit 6"]);
    assert.deepEqual([status, stdout, stderr], [6, "out\n", "err\n"]);
  });
});

test("run-command says why it could not", posix, async () => {
  await withRunServer(async ({ link, writeLink }) => {
    const unknown = await example(link, ["no-such-program"]);
    assert.deepEqual([unknown.status, unknown.stderr.startsWith("E_NO_PROGRAM: ")], [127, true], unknown.stderr);
    const refused = await example(writeLink, ["true"]);
    assert.deepEqual([refused.status, refused.stderr.startsWith("E_RIGHTS: ")], [5, true], refused.stderr);
  });
});
