import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { serveRuns } from "../../bad-days/run/run-scene.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";
import { PtyProcess, program } from "../screen/pty-process.js";

const options = { ...needs("python3", "linux"), timeout: 30_000 };

/** `sampan shell` with a program, started by a shell that says afterwards how it finds its terminal. */
async function shellOnTerminal(t: TestContext, script: string) {
  const scene = new Scene(t);
  const server = await serveRuns(scene, "served");
  const line = `'${process.execPath}' '${program}' shell : -- sh -c "$SCRIPT"; echo "status $?"; stty -a | grep -o -- '-*opost'`;
  const env = { SAMPAN_LINK: server.runLink, SAMPAN_CONFIG: scene.path("config"), SCRIPT: script };
  return { server, terminal: new PtyProcess(t, 60, ["sh", "-c", line], { env }) };
}

test("a bare line feed from the shell goes straight down, and afterwards no longer", options, async (t) => {
  const { terminal } = await shellOnTerminal(t, "stty -onlcr; printf 'abc\\ndef\\n'");
  await terminal.ended;
  assert.deepEqual(terminal.rows.slice(0, 4), ["abc", "   def", "      status 0", "opost"]);
});

test("the terminal processes its output again when the server was killed", options, async (t) => {
  const { terminal, server } = await shellOnTerminal(t, "stty -onlcr; echo first; exec cat");
  await terminal.row(/^first$/);
  server.process.kill("SIGKILL");
  await terminal.ended;
  assert.deepEqual(terminal.rows.slice(-3, -1), ["status 3", "opost"]);
});
