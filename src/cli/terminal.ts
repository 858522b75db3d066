export type Environment = Readonly<Record<string, string | undefined>>;

export interface TerminalTraits {
  /** Lines can be drawn over. */
  readonly live: boolean;
  readonly color: boolean;
}

/** What may be written to a stream, by what it is and what the environment asks for. */
export function terminalTraits(stream: { readonly isTTY?: boolean | undefined }, env: Environment): TerminalTraits {
  const live = stream.isTTY === true && env.TERM !== "dumb";
  return { live, color: wantsColor(env) ?? live };
}

function wantsColor(env: Environment): boolean | undefined {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR === undefined) return undefined;
  return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
}

export type Tone = "plain" | "dim" | "strong" | "good" | "warning";

const toneCodes: Readonly<Record<Exclude<Tone, "plain">, string>> = {
  dim: "2",
  strong: "1",
  good: "32",
  warning: "33",
};

/** `text` in a tone, where colour is wanted. */
export function paint(text: string, tone: Tone, color: boolean): string {
  return color && tone !== "plain" && text !== "" ? `\x1b[${toneCodes[tone]}m${text}\x1b[0m` : text;
}

export const hideCursor = "\x1b[?25l";
export const showCursor = "\x1b[?25h";
export const clearToLineEnd = "\x1b[K";
export const clearBelow = "\x1b[J";
export const clearScreen = "\x1b[H\x1b[J";

/** To the start of the line `lines` above this one. */
export function upToStart(lines: number): string {
  return lines > 0 ? `\x1b[${lines}A\r` : "\r";
}
