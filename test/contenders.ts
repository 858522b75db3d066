import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Processes that do the same thing at the same moment: `program` is one that calls `contend`. */
export class Contenders {
  readonly #children: readonly ChildProcess[];
  readonly #folder: string;
  #round = 0;

  /** `folder` is for files by which they are told to begin. */
  constructor(t: TestContext, folder: string, program: URL, args: readonly string[]) {
    this.#folder = folder;
    this.#children = [1, 2].map(() => fork(program, args));
    t.after(() => this.#end());
  }

  /** What each of them has made of `task`. */
  async all(task: string): Promise<unknown[]> {
    const go = join(this.#folder, `go-${++this.#round}`);
    const ready = this.#children.map((child) => once(child, "message"));
    for (const child of this.#children) child.send({ task, go });
    await Promise.all(ready);
    const results = this.#children.map((child) => once(child, "message"));
    writeFileSync(go, "");
    return (await Promise.all(results)).map(([result]) => result);
  }

  async #end(): Promise<void> {
    const exits = this.#children.map((child) => once(child, "exit"));
    for (const child of this.#children) child.disconnect();
    await Promise.all(exits);
  }
}

/** In each of the processes: waits for tasks, and begins each as soon as all are told to. */
export function contend(attempt: (task: string) => Promise<string>): void {
  process.on("message", ({ task, go }: { task: string; go: string }) => {
    process.send?.("ready", () => {
      while (!existsSync(go));
      void attempt(task).then((result) => process.send?.(result));
    });
  });
}
