import type { ListProblem } from "../service/api.js";
import { maxProblems } from "../wire/limits.js";
import { SampanError } from "../wire/sampan-error.js";
import { countOf } from "./byte-size.js";
import { writeOut } from "./exit.js";
import { jsonLine, problemEvent } from "./json-event.js";
import { problemLine } from "./problem-line.js";

/** What could not be listed: the first of it, as a peer may tell of problems without end. */
export class ListProblems {
  readonly #first: ListProblem[] = [];
  #count = 0;

  add(problem: ListProblem): void {
    if (this.#count++ < maxProblems) this.#first.push(problem);
  }

  /** What the command ends with. */
  get end(): SampanError {
    return new SampanError("E_PARTIAL", `${countOf(this.#count, "problem")}; the rest is listed`);
  }

  /** A line each. */
  async tell(json: boolean): Promise<void> {
    const stream = json ? process.stdout : process.stderr;
    for (const { path, error } of this.#first) {
      await writeOut(stream, json ? jsonLine(problemEvent(path, error)) : `${problemLine(path, error)}\n`);
    }
  }
}
