import type { TextEncoding } from "../service/text-encoding.js";
import { sameBytes } from "../wire/hex.js";
import { SampanError } from "../wire/sampan-error.js";
import { hexBytes, joinBytes, partBytes, textParts, typedBytes } from "./escaped-text.js";
import { HexPattern } from "./hex-pattern.js";
import { TimedRegExp } from "./timed-regexp.js";

/*
 * RULE=>ANSWER, spaces around the arrow not counting:
 *
 *     RULE     TEXT           the frame is this text, with escapes as in typed text
 *              hex:PATTERN    the frame fits this pattern of bytes (hex-pattern.ts)
 *              re:/…/flags    this regular expression finds something in the frame's text
 *              text:TEXT      as TEXT, which may then begin with "hex:" or "re:"
 *     ANSWER   TEXT           this text, with escapes
 *              hex:BYTES      these bytes
 *              text:TEXT      as TEXT
 *              $0, $1 … $9    in both: the whole frame, or a capture, as bytes; $$ is a dollar
 *
 * TEXT and re: look at the frame without a line end at its end, so that one rule does for lines and for frames.
 * An arrow in a TEXT is written \x3d>; in re:/…/ it may stand as it is.
 */
export interface ReplyRule {
  /** As it was written. */
  readonly text: string;
  /** What to answer to `frame`; undefined if the rule is about other frames. E_TIMED_OUT if that cannot be known in time. */
  answer(frame: Uint8Array): Uint8Array | undefined;
}

interface Matcher {
  readonly groups: number;
  match(frame: Uint8Array): readonly Uint8Array[] | undefined;
}

/** A piece of an answer: bytes, or the number of a capture. */
type AnswerPart = Uint8Array | number;

/** E_USAGE for what is no reply rule. */
export function parseReply(text: string, encoding: TextEncoding): ReplyRule {
  const { rule, answer } = splitReply(text);
  const matcher = parseMatcher(rule, encoding);
  const parts = parseAnswer(answer, encoding);
  const missing = parts.find((part) => typeof part === "number" && part > matcher.groups);
  if (missing !== undefined) {
    const hint = `the rule captures ${matcher.groups === 0 ? "nothing" : `$1 to $${matcher.groups}`}`;
    throw new SampanError("E_USAGE", `the answer "${answer}" uses $${String(missing)}, but ${hint}; a dollar is $$`);
  }
  return {
    text,
    answer: (frame) => {
      const found = matcher.match(frame);
      return found && joinBytes(parts.map((part) => (typeof part === "number" ? (found[part] as Uint8Array) : part)));
    },
  };
}

function splitReply(text: string): { rule: string; answer: string } {
  const pattern = /^\s*re:\/(?:\\.|[^\\/[]|\[(?:\\.|[^\\\]])*\])*\/[a-z]*\s*=>/s.exec(text);
  const arrow = pattern === null ? text.indexOf("=>") : pattern[0].length - 2;
  const rule = text.slice(0, Math.max(0, arrow)).trim();
  if (arrow < 0 || rule === "") {
    throw new SampanError(
      "E_USAGE",
      `"${text}" is no reply; write RULE=>ANSWER, such as PING=>PONG or hex:01 ..=>hex:02`,
    );
  }
  return { rule, answer: text.slice(arrow + 2).trim() };
}

function parseMatcher(rule: string, encoding: TextEncoding): Matcher {
  if (rule.startsWith("hex:")) return new HexPattern(rule.slice(4));
  if (rule.startsWith("re:")) return textMatcher(rule, encoding);
  const wanted = typedBytes(rule.replace(/^text:/, ""), encoding);
  return {
    groups: 0,
    match: (frame) => {
      if (sameBytes(frame, wanted)) return [frame];
      const line = withoutLineEnd(frame);
      return sameBytes(line, wanted) ? [line] : undefined;
    },
  };
}

function textMatcher(rule: string, encoding: TextEncoding): Matcher {
  const [, source, flags = ""] = /^re:\/(.*)\/([a-z]*)$/s.exec(rule) ?? [];
  if (source === undefined) throw new SampanError("E_USAGE", `"${rule}" is no pattern; write re:/…/`);
  const pattern = new TimedRegExp(source, flags);
  return {
    groups: pattern.groups,
    match: (frame) => {
      const line = withoutLineEnd(frame);
      const decoder = encoding.decoder();
      const found = pattern.match(decoder.decode(line) + decoder.end());
      return found && [line, ...found.slice(1).map((capture) => encoding.encode(capture))];
    },
  };
}

function parseAnswer(answer: string, encoding: TextEncoding): AnswerPart[] {
  const isHex = answer.startsWith("hex:");
  const body = isHex ? answer.slice(4) : answer.replace(/^text:/, "");
  // An odd piece of the split is what a dollar was followed by.
  return body.split(/\$([0-9$])/).map((piece, index): AnswerPart => {
    if (index % 2 === 0) return isHex ? hexBytes(piece) : partBytes(textParts(piece), encoding);
    return piece === "$" ? encoding.encode("$") : Number(piece);
  });
}

function withoutLineEnd(frame: Uint8Array): Uint8Array {
  if (frame.at(-1) !== 0x0a) return frame;
  return frame.subarray(0, frame.at(-2) === 0x0d ? -2 : -1);
}
