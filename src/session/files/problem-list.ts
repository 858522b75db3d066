import { maxProblems } from "../../wire/limits.js";
import type { SampanError } from "../../wire/sampan-error.js";
import type { FileProblem } from "./progress.js";

/** What could not be moved: the first of it, as a peer may tell of problems without end. */
export class ProblemList {
  readonly all: FileProblem[] = [];

  add(path: string, error: SampanError): void {
    if (this.all.length < maxProblems) this.all.push({ path, error });
  }
}
