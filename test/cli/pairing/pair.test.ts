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
