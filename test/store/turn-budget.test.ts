import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { TurnBudget } from "../../src/store/turn-budget.js";

test("a turn has its budget, and the next one has it again", async () => {
  const budget = new TurnBudget(10);
  for (let turn = 0; turn < 3; turn++) {
    assert.deepEqual(
      [4, 4, 4, 2, 1].map((bytes) => budget.take(bytes)),
      [true, true, false, true, false],
    );
    // Promises are no turn.
    await Promise.resolve();
    assert.equal(budget.take(1), false);
    await nextTurn();
  }
});
