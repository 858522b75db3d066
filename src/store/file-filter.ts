import type { FilterRule } from "../wire/filter.js";
import { Glob } from "./glob.js";

/** Which entries of a tree the rules let through. Paths are wire paths below the source. */
export class FileFilter {
  readonly #rules: readonly { readonly glob: Glob; readonly leavesOut: boolean }[];
  /** All rules are includes: only what one of them matches is taken. */
  readonly onlyIncludes: boolean;
  /** The folder asked about last and the answer for it: a walk asks for one folder's entries in a row. */
  #folder = "";
  #folderMatched = false;

  constructor(rules: readonly FilterRule[]) {
    const real = rules.filter((rule) => !rule.pattern.startsWith("#")).map(withoutBang);
    this.onlyIncludes = real.length > 0 && real.every((rule) => rule.include);
    // With includes alone the rules are matched as they stand: what they match is taken, not left out.
    this.#rules = real.map(({ pattern, include }) => ({
      glob: new Glob(pattern),
      leavesOut: this.onlyIncludes || !include,
    }));
  }

  /** Whether the file or link at `path` is taken. */
  takesFile(path: string): boolean {
    return this.#rules.length === 0 || this.#matches(path, false) === this.onlyIncludes;
  }

  /** Whether the walk goes down into the folder at `path`. */
  entersFolder(path: string): boolean {
    return this.#rules.length === 0 || this.onlyIncludes || !this.#matches(path, true);
  }

  /** Whether the folder at `path` is offered even if nothing in it is. */
  takesEmptyFolder(path: string): boolean {
    return !this.onlyIncludes || this.#matches(path, true);
  }

  /** Whether the rules match `path` or a folder above it: what is below a matched folder cannot come back. */
  #matches(path: string, isFolder: boolean): boolean {
    const slash = path.lastIndexOf("/");
    if (slash > 0 && this.#matchesFolder(path.slice(0, slash))) return true;
    const parts = path.split("/");
    const last = this.#rules.findLast((rule) => rule.glob.matches(parts, isFolder));
    return last?.leavesOut ?? false;
  }

  #matchesFolder(path: string): boolean {
    if (path !== this.#folder) {
      this.#folderMatched = this.#matches(path, true);
      this.#folder = path;
    }
    return this.#folderMatched;
  }
}

/** A pattern that begins with "!" is turned round, as in a .gitignore file. */
function withoutBang(rule: FilterRule): FilterRule {
  return rule.pattern.startsWith("!") ? { pattern: rule.pattern.slice(1), include: !rule.include } : rule;
}
