import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../needs.js";
import { Scene } from "../scene.js";
import { serveRuns } from "./run-scene.js";

const posix = needs("linux");

async function threeServers(scene: Scene): Promise<void> {
  for (const name of ["one", "two", "three"]) {
    const { runLink } = await serveRuns(scene, name);
    await scene.run(["remote", "add", name], runLink);
  }
}

test(
  "three servers are commanded together: whole lines with prefixes, a summary, the worst status",
  posix,
  async (t) => {
    const scene = new Scene(t);
    await threeServers(scene);
    const script =
      'here=$(basename "$PWD"); printf "out of "; echo $here; echo err >&2; test $here = one || exit ${#here}';
    const { stdout, stderr, status } = await scene.run(["run", "one,two,three", "--", "sh", "-c", script]);
    assert.equal(status, 5);
    assert.deepEqual(stdout.trimEnd().split("\n").sort(), [
      "one   | out of one",
      "three | out of three",
      "two   | out of two",
    ]);
    const lines = stderr.trimEnd().split("\n");
    assert.deepEqual(lines.filter((line) => line.includes("| err")).length, 3);
    assert.deepEqual(lines.slice(-3), ["1 of 3 remotes: status 0", "two: status 3", "three: status 5"]);
  },
);

test("one that cannot be reached does not keep the others from running", posix, async (t) => {
  const scene = new Scene(t);
  await threeServers(scene);
  const gone = await serveRuns(scene, "gone");
  await scene.run(["remote", "add", "gone"], gone.runLink);
  gone.process.kill("SIGKILL");
  await gone.process.ended;
  const client = await scene.run(["run", "one,gone,two", "--jobs", "1", "--json", "--", "echo", "hello"]);
  assert.equal(client.status, 125);
  const exits = client.all("exited").map(({ remote, status }) => [remote, status]);
  assert.deepEqual(exits, [
    ["one", 0],
    ["two", 0],
  ]);
  assert.deepEqual(
    client.all("error").map(({ remote, code }) => [remote, code]),
    [["gone", "E_CONNECT"]],
  );
  const done = client.last("done");
  assert.deepEqual([done?.remotes, done?.failed, done?.exitStatus], [3, 1, 125]);
});

test("where one refuses, a detached command is started on the others, and who refused is named", posix, async (t) => {
  const scene = new Scene(t);
  await threeServers(scene);
  const { link } = await scene.serve(scene.makeFolder("refusing"), undefined, "--hidden", "--no-udp");
  await scene.run(["remote", "add", "refusing"], link);
  const args = ["run", "refusing,one,two", "--jobs", "1", "--detach"];
  const text = await scene.run([...args, "--", "true"]);
  assert.equal(text.status, 125);
  assert.match(text.stdout, /^one [0-9a-f]{8}\ntwo [0-9a-f]{8}\n$/);
  assert.match(text.stderr, /^2 of 3 remotes: started\nrefusing: status 125, .*\(E_RIGHTS\)\n$/);
  const json = await scene.run([...args, "--json", "--", "true"]);
  assert.equal(json.status, 125);
  assert.deepEqual(
    json.events.map(({ event, remote, code, exitStatus }) => [event, remote, code, exitStatus]),
    [
      ["error", "refusing", "E_RIGHTS", 125],
      ["started", "one", undefined, undefined],
      ["started", "two", undefined, undefined],
      ["done", undefined, undefined, 125],
    ],
  );
});
