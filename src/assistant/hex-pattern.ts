import { SampanError } from "../wire/sampan-error.js";

/*
 * A pattern of bytes:
 *
 *     01 a0      these bytes; spaces are free
 *     ..         any byte
 *     3. or .f   any byte with this half
 *     *          any number of bytes, none as well; as few as will do
 *     ( )        what stands between is captured: $1, $2 …
 */
interface ByteToken {
  readonly mask: number;
  readonly value: number;
}

type Token = ByteToken | "*";

interface Group {
  /** The tokens of the group: from this one … */
  readonly from: number;
  /** … to before this one. */
  readonly to: number;
}

export class HexPattern {
  readonly groups: number;
  readonly #tokens: readonly Token[];
  readonly #groups: readonly Group[];

  /** E_USAGE for what is no pattern. */
  constructor(text: string) {
    const { tokens, groups } = parsePattern(text);
    this.#tokens = tokens;
    this.#groups = groups;
    this.groups = groups.length;
  }

  /**
   * The captures if all of `bytes` fits, whole frame first. Takes at most length × tokens steps: after a byte that does
   * not fit only the last `*` is tried again, one byte longer; an earlier one could never do better.
   */
  match(bytes: Uint8Array): Uint8Array[] | undefined {
    const tokens = this.#tokens;
    /** Where each token began. */
    const starts = new Array<number>(tokens.length + 1).fill(0);
    let at = 0;
    let token = 0;
    let star = -1;
    let starEnd = 0;
    while (at < bytes.length || token < tokens.length) {
      const wanted = tokens[token];
      starts[token] = at;
      if (wanted === "*") {
        star = token++;
        starEnd = at;
      } else if (wanted !== undefined && at < bytes.length && fits(wanted, bytes[at] as number)) {
        token++;
        at++;
      } else {
        if (star < 0 || starEnd >= bytes.length) return undefined;
        at = ++starEnd;
        token = star + 1;
      }
    }
    starts[tokens.length] = at;
    const captured = this.#groups.map(({ from, to }) => bytes.subarray(starts[from], starts[to]));
    return [bytes, ...captured];
  }
}

function fits({ mask, value }: ByteToken, byte: number): boolean {
  return (byte & mask) === value;
}

function parsePattern(text: string): { tokens: Token[]; groups: Group[] } {
  const tokens: Token[] = [];
  const groups: Group[] = [];
  const piece = /\s*(?:([0-9a-f.])([0-9a-f.])|([*()]))\s*/iy;
  let open: number | undefined;
  while (piece.lastIndex < text.length) {
    const at = piece.lastIndex;
    const found = piece.exec(text);
    if (found === null) throw noPattern(text, `"${text.slice(at, at + 8)}" is neither a byte nor .. * ( )`);
    const [, high, low, sign] = found;
    if (high !== undefined && low !== undefined) tokens.push(byteToken(high, low));
    else if (sign === "*") {
      // Two in a row mean what one means, and each costs steps; within a group's bounds they stay apart.
      if (tokens.at(-1) !== "*" || open === tokens.length || groups.at(-1)?.to === tokens.length) tokens.push("*");
    } else if (sign === "(") {
      if (open !== undefined) throw noPattern(text, "a ( stands within another");
      open = tokens.length;
    } else {
      if (open === undefined) throw noPattern(text, "a ) has no (");
      groups.push({ from: open, to: tokens.length });
      open = undefined;
    }
  }
  if (open !== undefined) throw noPattern(text, "a ( has no )");
  return { tokens, groups };
}

function byteToken(high: string, low: string): ByteToken {
  const mask = (high === "." ? 0 : 0xf0) | (low === "." ? 0 : 0x0f);
  return { mask, value: Number.parseInt(`${high}${low}`.replaceAll(".", "0"), 16) };
}

function noPattern(text: string, why: string): SampanError {
  return new SampanError("E_USAGE", `"hex:${text}" is no pattern: ${why}; write bytes as hex:01 03 .. (..) *`);
}
