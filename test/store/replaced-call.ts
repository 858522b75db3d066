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

/** Syncs of content, of which those fail that are told to. */
export class FailingSyncs {
  #over = 0;
  #waiting: (() => void)[] = [];

  /** `failing`: which of them fail, the first being 1. */
  constructor(t: TestContext, name: "fsync" | "fdatasync", failing: readonly number[]) {
    let begun = 0;
    replaceCall(t, name, (original) => (fd: number, done: (error: Error | null) => void) => {
      const error = failing.includes(++begun) ? Object.assign(new Error("EIO: i/o error"), { code: "EIO" }) : null;
      original(fd, (real) => {
        done(error ?? real);
        setImmediate(() => {
          this.#over++;
          for (const resolve of this.#waiting.splice(0)) resolve();
        });
      });
    });
  }

  /** Resolves when so many are over, and whoever waited for them has gone on. */
  async over(count: number): Promise<void> {
    while (this.#over < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** A clock on which everything takes long: with 100 ms no operation on a file is quick, with more each block is synced. */
export function slowClock(t: TestContext, stepMs = 100): void {
  let nowMs = 0;
  t.mock.method(performance, "now", () => (nowMs += stepMs));
}

/** Files are opened as for somebody who is not root, whom modes bind. */
export function asOrdinaryUser(t: TestContext): void {
  if (process.geteuid?.() !== 0) return;
  replaceCall(t, "openSync", (original) => (path: string, flags: number, mode?: number) => {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    const asked = (flags & fs.constants.O_RDWR) !== 0 ? 0o600 : (flags & fs.constants.O_WRONLY) !== 0 ? 0o200 : 0o400;
    if (found === undefined || (found.mode & asked) === asked) return original(path, flags, mode);
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  });
}
