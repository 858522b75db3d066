import assert from "node:assert/strict";
import { test } from "node:test";
import { Scene } from "../../bad-days/scene.js";

test("a folder that is not there, or that nobody serves, is named", async (t) => {
  const scene = new Scene(t);
  const nowhere = await scene.run(["pair", scene.path("nosuch")]);
  assert.equal(nowhere.status, 6, nowhere.account());
  assert.match(nowhere.stderr, /^sampan: cannot find the served folder .*nosuch: nothing is there \(E_NOT_FOUND\)\n$/);
  const idle = await scene.run(["pair", scene.makeFolder("idle")]);
  assert.equal(idle.status, 6, idle.account());
  assert.match(idle.stderr, /no server of yours serves .*idle; start one with "sampan serve" \(E_NOT_FOUND\)\n$/);
});

test("Ctrl-C ends the code, with status 130", async (t) => {
  const scene = new Scene(t);
  await scene.serve(scene.makeFolder("served"));
  const owner = scene.start(["pair", "--json"]);
  await owner.event("pairing-open");
  owner.kill("SIGINT");
  assert.deepEqual(await owner.ended, { status: 130, signal: null }, owner.account());
  assert.equal(owner.last("error")?.code, "E_INTERRUPTED");
});

test("a code whose time is up is an error as any other, with status 5", async (t) => {
  const scene = new Scene(t);
  await scene.serve(scene.makeFolder("served"));
  const text = await scene.run(["pair", "--for", "1s"]);
  assert.equal(text.status, 5, text.account());
  assert.match(text.stderr, /^sampan: the code is over: its time is up; .*sampan pair.* \(E_CODE\)\n$/);
  const json = await scene.run(["pair", "--for", "1s", "--json"]);
  assert.equal(json.status, 5, json.account());
  assert.deepEqual(
    json.events.map(({ event }) => event),
    ["pairing-open", "pairing-over", "error"],
  );
  assert.equal(json.last("error")?.code, "E_CODE");
});
