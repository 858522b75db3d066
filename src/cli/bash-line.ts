import { type Candidate, isPlain, ownFiles } from "./completion-words.js";

/*
 * bash cuts words at the characters in COMP_WORDBREAKS, among them the colon, but not within quotes; what readline
 * replaces begins behind the last cut, or behind a quote that is open. It tells that part, as it is typed. A candidate has
 * to be what goes into its place.
 */

/** A line of bash as far as it is typed. */
export interface BashLine {
  /** Word by word, without quotes; the last one is to be completed. */
  readonly words: readonly string[];
  /** So much of the last word stays, before what is replaced. */
  readonly keptLength: number;
  /** The quote that is open there, or "". */
  readonly quote: string;
}

/** `replaced` is the end of `line` that readline will replace. */
export function readBashLine(line: string, replaced: string): BashLine {
  const { words } = cutWords(line);
  if (!line.endsWith(replaced)) return { words, keptLength: 0, quote: "" };
  const kept = cutWords(line.slice(0, line.length - replaced.length));
  return { words, keptLength: kept.words.at(-1)?.length ?? 0, quote: kept.quote };
}

/** The words by a shell's quoting, the last one being that under the cursor, and the quote that is open at the end. */
function cutWords(line: string): { words: string[]; quote: string } {
  const words = [""];
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const last = words.length - 1;
    if (character === "\\" && quote !== "'") words[last] += line.charAt(++at);
    else if (quote !== "" && character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (quote === "" && /\s/.test(character)) {
      if (words[last] !== "") words.push("");
    } else words[last] += character;
  }
  return { words, quote };
}

/** Candidates as bash takes them, a line each. */
export function bashLines(candidates: readonly Candidate[], { keptLength, quote }: BashLine): string[] {
  const fitting = candidates.filter(isPlain);
  const lines = fitting.map((candidate) => {
    if (candidate === ownFiles) return candidate.text;
    const text = quoted(candidate.text.slice(keptLength), quote);
    // A space would come before the quote with which readline closes the word.
    return candidate.whole && quote === "" ? `${text} ` : text;
  });
  const [only] = fitting;
  const isOver = quote !== "" && fitting.length === 1 && only?.whole === true;
  return isOver ? [":space", ...lines] : lines;
}

function quoted(text: string, quote: string): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  const special = quote === '"' ? /["\\$`]/g : /[^\p{L}\p{N}\p{M}_./:@%+=,-]/gu;
  return text.replace(special, (character) => `\\${character}`);
}
