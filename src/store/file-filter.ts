import ignore, { type Ignore } from "ignore";
import type { FilterRule } from "../wire/filter.js";

/** `ignore` remembers every path that it was asked about; a new one after so many keeps memory flat. */
const maxRememberedPaths = 20_000;

/** Which entries of a tree the rules let through. Paths are wire paths below the source. */
export class FileFilter {
  readonly #rules: readonly FilterRule[];
  /** All rules are includes: only what one of them matches is taken. */
  readonly onlyIncludes: boolean;
  #matcher: Ignore;
  #asked = 0;

  constructor(rules: readonly FilterRule[]) {
    this.#rules = rules.filter((rule) => !rule.pattern.startsWith("#")).map(withoutBang);
    this.onlyIncludes = this.#rules.length > 0 && this.#rules.every((rule) => rule.include);
    this.#matcher = this.#build();
  }

  /** Whether the file or link at `path` is taken. */
  takesFile(path: string): boolean {
    return this.#rules.length === 0 || this.#matches(path) === this.onlyIncludes;
  }

  /** Whether the walk goes down into the folder at `path`. */
  entersFolder(path: string): boolean {
    return this.#rules.length === 0 || this.onlyIncludes || !this.#matches(`${path}/`);
  }

  /** Whether the folder at `path` is offered even if nothing in it is. */
  takesEmptyFolder(path: string): boolean {
    return !this.onlyIncludes || this.#matches(`${path}/`);
  }

  #matches(path: string): boolean {
    if (++this.#asked > maxRememberedPaths) {
      this.#matcher = this.#build();
      this.#asked = 0;
    }
    return this.#matcher.ignores(path);
  }

  /** With includes alone the rules are matched as they stand, since a file below an ignored folder could not come back. */
  #build(): Ignore {
    const matcher = ignore({ ignorecase: false, allowRelativePaths: true });
    for (const { pattern, include } of this.#rules) {
      matcher.add({ pattern: include && !this.onlyIncludes ? `!${pattern}` : pattern });
    }
    return matcher;
  }
}

/** A pattern that begins with "!" is turned round, as in a .gitignore file. */
function withoutBang(rule: FilterRule): FilterRule {
  return rule.pattern.startsWith("!") ? { pattern: rule.pattern.slice(1), include: !rule.include } : rule;
}
