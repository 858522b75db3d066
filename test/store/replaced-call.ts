import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

/** Puts another function in the place of one of Node's, for everybody, until the test ends; returns Node's own. */
export function replaceCall<Name extends keyof typeof fs>(
  t: TestContext,
  name: Name,
  make: (original: (typeof fs)[Name]) => unknown,
): void {
  const original = fs[name];
  Object.assign(fs, { [name]: make(original) });
  syncBuiltinESMExports();
  t.after(() => {
    Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  });
}

/** Calls of one of Node's functions that wait until the test lets them go on. */
export class HeldCalls {
  #isHolding = false;
  readonly #held: (() => void)[] = [];
  #came: (() => void) | undefined;

  constructor(t: TestContext, name: "fsync" | "fdatasync" | "read" | "write") {
    replaceCall(t, name, (original) => (...args: unknown[]) => {
      const call = () => Reflect.apply(original, fs, args);
      if (!this.#isHolding) return call();
      this.#held.push(call);
      this.#came?.();
    });
    t.after(() => this.release());
  }

  /** Holds the calls from now on; resolves when the first has come. */
  hold(): Promise<void> {
    this.#isHolding = true;
    return new Promise((resolve) => {
      this.#came = resolve;
    });
  }

  release(): void {
    this.#isHolding = false;
    for (const call of this.#held.splice(0)) call();
  }
}

/** A clock on which everything takes long, so that no operation on a file counts as quick. */
export function slowClock(t: TestContext): void {
  let nowMs = 0;
  t.mock.method(performance, "now", () => (nowMs += 100));
}
