/*
 * One pattern of a .gitignore file. Patterns may come from a peer, so matching takes time in proportion to pattern ×
 * path at most: a star that failed is retried one character further, and only the last star ever is. (As a regular
 * expression "*a*a*a*a*ab" takes a minute on one long name.)
 */

const anyOne = Symbol("?");
const anyRun = Symbol("*");
const anyFolders = Symbol("**");

interface CharacterClass {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [first: string, last: string])[];
}

type Token = string | typeof anyOne | typeof anyRun | CharacterClass;
type Part = typeof anyFolders | readonly Token[];

/** Character classes by name; in ASCII, as git has them. */
const namedClasses: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alnum: [
    ["0", "9"],
    ["A", "Z"],
    ["a", "z"],
  ],
  alpha: [
    ["A", "Z"],
    ["a", "z"],
  ],
  blank: [
    [" ", " "],
    ["\t", "\t"],
  ],
  cntrl: [
    ["\0", "\x1f"],
    ["\x7f", "\x7f"],
  ],
  digit: [["0", "9"]],
  graph: [["!", "~"]],
  lower: [["a", "z"]],
  print: [[" ", "~"]],
  punct: [
    ["!", "/"],
    [":", "@"],
    ["[", "`"],
    ["{", "~"],
  ],
  space: [
    [" ", " "],
    ["\t", "\r"],
  ],
  upper: [["A", "Z"]],
  xdigit: [
    ["0", "9"],
    ["A", "F"],
    ["a", "f"],
  ],
};

export class Glob {
  readonly #onlyFolders: boolean;
  /** Undefined for a pattern that is none, such as "[a": it matches nothing. */
  readonly #parts: readonly Part[] | undefined;

  constructor(pattern: string) {
    const bare = trimSpaces(pattern);
    this.#onlyFolders = bare.endsWith("/");
    const text = this.#onlyFolders ? bare.slice(0, -1) : bare;
    const anchored = text.includes("/");
    const parts = text === "" ? undefined : parse(text.startsWith("/") ? text.slice(1) : text);
    if (parts !== undefined && !anchored) parts.unshift(anyFolders);
    // "a/**" is what is in a, not a itself.
    if (parts?.at(-1) === anyFolders) parts.push([anyRun]);
    this.#parts = parts;
  }

  /** Whether it matches the file or folder at the path with these parts, itself and not by way of a folder above. */
  matches(path: readonly string[], isFolder: boolean): boolean {
    if (this.#parts === undefined || (this.#onlyFolders && !isFolder)) return false;
    return matchWild(this.#parts, path, anyFolders, (part, name) => part !== anyFolders && matchPart(part, name));
  }
}

function matchPart(tokens: readonly Token[], name: string): boolean {
  return matchWild(tokens, Array.from(name), anyRun, matchesOne);
}

function matchesOne(token: Token, character: string): boolean {
  if (typeof token === "string") return token === character;
  if (typeof token === "symbol") return token === anyOne;
  return token.ranges.some(([first, last]) => first <= character && character <= last) !== token.negated;
}

/** Whether `items` match `pattern`, in which each `wild` stands for any run of items. */
function matchWild<P, I>(
  pattern: readonly P[],
  items: readonly I[],
  wild: P,
  matchesItem: (token: P, item: I) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let lastWild = -1;
  let retryAt = 0;
  while (item < items.length) {
    if (at < pattern.length && pattern[at] === wild) {
      lastWild = at++;
      retryAt = item;
    } else if (at < pattern.length && matchesItem(pattern[at] as P, items[item] as I)) {
      at++;
      item++;
    } else if (lastWild >= 0) {
      at = lastWild + 1;
      item = ++retryAt;
    } else return false;
  }
  while (at < pattern.length && pattern[at] === wild) at++;
  return at === pattern.length;
}

/** Spaces at the end fall away, but for one after a backslash. */
function trimSpaces(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === " " && !isEscaped(pattern, end - 1)) end--;
  return pattern.slice(0, end);
}

function isEscaped(pattern: string, at: number): boolean {
  let backslashes = 0;
  while (pattern[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** The parts between slashes; undefined if the pattern is malformed. */
function parse(text: string): Part[] | undefined {
  const characters = Array.from(text);
  const parts: Part[] = [];
  let tokens: Token[] = [];
  let stars = 0;
  const endPart = (): void => {
    parts.push(stars > 1 && tokens.length === 1 ? anyFolders : tokens);
    tokens = [];
    stars = 0;
  };
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === "/") endPart();
    else if (character === "*") {
      stars++;
      if (tokens.at(-1) !== anyRun) tokens.push(anyRun);
    } else if (character === "?") tokens.push(anyOne);
    else if (character === "[") {
      const found = parseClass(characters, at + 1);
      if (found === undefined) return undefined;
      tokens.push(found.token);
      at = found.end;
    } else if (character === "\\") {
      const literal = characters[++at];
      if (literal === undefined) return undefined;
      if (literal === "/") endPart();
      else tokens.push(literal);
    } else tokens.push(character);
  }
  endPart();
  return parts;
}

/** A class whose first character after the bracket is at `start`; `end` is where its closing bracket stands. */
function parseClass(characters: readonly string[], start: number): { token: CharacterClass; end: number } | undefined {
  const negated = characters[start] === "!" || characters[start] === "^";
  const ranges: (readonly [string, string])[] = [];
  const begin = negated ? start + 1 : start;
  let at = begin;
  while (at < characters.length) {
    if (characters[at] === "]" && at > begin) return { token: { negated, ranges }, end: at };
    if (characters[at] === "[" && characters[at + 1] === ":") {
      const close = characters.indexOf("]", at + 2);
      if (close < 0) return undefined;
      if (characters[close - 1] === ":" && close - 1 > at + 1) {
        const named = namedClasses[characters.slice(at + 2, close - 1).join("")];
        if (named === undefined) return undefined;
        ranges.push(...named);
        at = close + 1;
        continue;
      }
    }
    if (characters[at] === "\\") at++;
    const first = characters[at++];
    if (first === undefined) return undefined;
    ranges.push([first, first]);
    if (characters[at] === "-" && characters[at + 1] !== undefined && characters[at + 1] !== "]") {
      at += characters[at + 1] === "\\" ? 2 : 1;
      ranges.push([first, characters[at++] ?? ""]);
    }
  }
  return undefined;
}
