import assert from "node:assert/strict";
import { test } from "node:test";
import { serveFolders } from "../service/discovery/served-folders.js";
import { runProgram } from "./run-program.js";

test("look-around lists a server, and tells its time and distance", async (t) => {
  const [server] = await serveFolders(t, ["films"]);
  const env = { SAMPAN_LINK: server?.readLink ?? "" };
  const { status, stdout, stderr } = await runProgram(
    process.execPath,
    ["examples/library/look-around.mjs", "1.5"],
    env,
  );
  assert.equal(status, 0, stderr);
  const ours = stdout.split("\n").filter((line) => line.includes(`"127.0.0.1",${server?.port},`));
  assert.equal(ours.length, 1, stdout);
  assert.match(ours[0] ?? "", /^\["films",".+","127\.0\.0\.1",\d+,\[.*"files".*\]\]$/);
  assert.match(stdout, /^it is \d\d:\d\d:\d\d there, -?\d+\.\d ms ahead of here \(udp\)$/m);
  assert.match(stdout, /^there and back: \d+\.\d\d ms$/m);
});
