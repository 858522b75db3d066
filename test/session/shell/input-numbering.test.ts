import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InputBacklog } from "../../../src/session/shell/input-backlog.js";
import { InputIntake } from "../../../src/session/shell/input-intake.js";

const windowBytes = 64;

type Step =
  | { readonly step: "type"; readonly bytes: Uint8Array }
  | { readonly step: "send"; readonly most: number; readonly arrives: boolean }
  | { readonly step: "take"; readonly count: number; readonly told: boolean }
  | { readonly step: "cut" };

const steps = fc.array(
  fc.oneof(
    fc.record({ step: fc.constant("type" as const), bytes: fc.uint8Array({ maxLength: 30 }) }),
    fc.record({ step: fc.constant("send" as const), most: fc.integer({ min: 1, max: 40 }), arrives: fc.boolean() }),
    fc.record({ step: fc.constant("take" as const), count: fc.nat({ max: 40 }), told: fc.boolean() }),
    fc.record({ step: fc.constant("cut" as const) }),
  ),
  { maxLength: 60 },
);

test("whatever is cut off and whenever, the terminal gets what was typed, once and in order", () => {
  fc.assert(
    fc.property(steps, (run: Step[]) => {
      const backlog = new InputBacklog(windowBytes);
      const intake = new InputIntake(windowBytes);
      const typed: number[] = [];
      const got: number[] = [];
      let isLost = false;
      const send = (most: number, arrives: boolean): boolean => {
        const piece = backlog.next(most);
        if (piece === undefined) return false;
        // After one piece is lost no other arrives: a connection gives bytes in order, or none.
        isLost ||= !arrives;
        if (!isLost) got.push(...intake.accept(piece.at, piece.bytes));
        return true;
      };
      const reconnect = () => {
        isLost = false;
        backlog.resume(intake.accepted);
      };
      for (const one of run) {
        if (one.step === "type" && backlog.hasRoom) {
          backlog.add(one.bytes);
          typed.push(...one.bytes);
        } else if (one.step === "send") send(one.most, one.arrives);
        else if (one.step === "take") {
          intake.take(Math.min(one.count, intake.accepted - intake.taken));
          if (one.told && !isLost) backlog.taken(intake.taken);
        } else if (one.step === "cut") reconnect();
      }
      reconnect();
      do {
        intake.take(intake.accepted - intake.taken);
        backlog.taken(intake.taken);
      } while (send(1000, true));
      assert.deepEqual(got, typed);
    }),
  );
});

test("what has come before is passed over", () => {
  const intake = new InputIntake(windowBytes);
  intake.accept(0, Uint8Array.of(1, 2, 3));
  assert.deepEqual([...intake.accept(1, Uint8Array.of(2, 3, 4))], [4]);
  assert.deepEqual([...intake.accept(0, Uint8Array.of(1, 2))], []);
  assert.equal(intake.accepted, 4);
});

test("a gap, more than the window, and input that was never typed are refused", () => {
  const intake = new InputIntake(windowBytes);
  assert.throws(() => intake.accept(1, new Uint8Array(1)), { code: "E_PROTOCOL" });
  intake.accept(0, new Uint8Array(windowBytes));
  assert.throws(() => intake.accept(windowBytes, new Uint8Array(1)), { code: "E_TOO_LARGE" });
  assert.throws(() => intake.accept(0, new Uint8Array(windowBytes + 1)), { code: "E_TOO_LARGE" });
  intake.take(1);
  intake.accept(windowBytes, new Uint8Array(1));
  const backlog = new InputBacklog(windowBytes);
  backlog.add(new Uint8Array(3));
  assert.throws(() => backlog.taken(1), { code: "E_PROTOCOL" });
  assert.throws(() => backlog.resume(1), { code: "E_PROTOCOL" });
});
