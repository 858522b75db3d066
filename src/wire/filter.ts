import type { JsonObject } from "./field.js";
import { readArray, readBoolean, readString } from "./field.js";
import { maxFilterRuleLength, maxFilterRules } from "./limits.js";
import { SampanError } from "./sampan-error.js";

/**
 * One rule of what to leave out: a pattern as in a .gitignore file; `include` turns it round. The last rule that
 * matches a path decides. If all rules are includes, what no rule matches is left out; otherwise it is taken.
 */
export interface FilterRule {
  readonly pattern: string;
  readonly include: boolean;
}

/** Reads the `filter` of a request, with the caps that bound what matching costs. */
export function parseFilter(header: JsonObject): FilterRule[] {
  if (header.filter === undefined) return [];
  return readArray(header, "filter", maxFilterRules).map((item) => {
    const rule = item as JsonObject;
    const pattern = readString(rule ?? {}, "pattern", maxFilterRuleLength);
    checkFilterPattern(pattern);
    return { pattern, include: readBoolean(rule, "include") };
  });
}

export function checkFilterPattern(pattern: string): void {
  if (pattern === "" || pattern.includes("\0") || pattern.includes("\n")) {
    throw new SampanError("E_USAGE", "a filter pattern must be one line of text");
  }
  if (pattern.length > maxFilterRuleLength) {
    throw new SampanError("E_USAGE", `a filter pattern may have ${maxFilterRuleLength} characters`);
  }
}
