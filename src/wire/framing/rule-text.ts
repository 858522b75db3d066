import { nearestWords } from "../nearest-word.js";
import { SampanError } from "../sampan-error.js";
import { printable } from "../wire-path.js";
import { cobsRule } from "./cobs.js";
import { delimiterRule } from "./delimiter.js";
import { parseDelimiters } from "./delimiter-text.js";
import { fixedRule } from "./fixed.js";
import type { FrameRule } from "./frame-rule.js";
import { jsonHeaderRule } from "./json-header.js";
import type { LengthWidth } from "./length-field.js";
import { lengthPrefixRule } from "./length-prefix.js";
import { lineRule, ndjsonRule } from "./line.js";
import { netstringRule } from "./netstring.js";
import { rawRule } from "./raw.js";
import { parseSize, RuleOptions } from "./rule-options.js";
import { sampanRule } from "./sampan-message.js";
import { slipRule } from "./slip.js";
import { varintRule } from "./varint.js";

interface RuleForm {
  readonly options: readonly string[];
  /** How the rule is written with its value, if it takes one. */
  readonly withValue?: string;
  readonly needsValue?: boolean;
  make(options: RuleOptions): FrameRule;
}

const max = (options: RuleOptions) => ({ maxFrameBytes: options.size("max") });

// biome-ignore format: one rule a line
const forms: Readonly<Record<string, RuleForm>> = {
  varint: { options: ["max"], make: (options) => varintRule(max(options)) },
  line: { options: ["max"], withValue: "line=crlf", make: readLine },
  delim: { options: ["keep", "max"], withValue: "delim=\\r\\n|\\0", needsValue: true, make: readDelimiter },
  fixed: { options: [], withValue: "fixed=36", needsValue: true, make: ({ value = "" }) => fixedRule(parseSize("fixed", value)) },
  netstring: { options: ["max"], make: (options) => netstringRule(max(options)) },
  ndjson: { options: ["max"], make: (options) => ndjsonRule(max(options)) },
  slip: { options: ["max"], make: (options) => slipRule(max(options)) },
  cobs: { options: ["max"], make: (options) => cobsRule(max(options)) },
  sampan: { options: ["max"], make: (options) => sampanRule(max(options)) },
  "json-header": { options: ["size", "max"], make: (options) => jsonHeaderRule({ sizeKey: options.text("size")?.trimEnd(), ...max(options) }) },
  raw: { options: ["max"], make: (options) => rawRule(max(options)) },
};

const lengthPrefix: RuleForm = {
  options: ["offset", "adjust", "counts", "strip", "keep", "prefix", "max"],
  make: readLengthPrefix,
};

const lengthPrefixNames = ["u", "i"].flatMap((sign) => [
  `${sign}8`,
  ...[16, 24, 32, 64].flatMap((bits) => [`${sign}${bits}be`, `${sign}${bits}le`]),
]);

/** The names of all rules, for help and completion. */
export const ruleNames: readonly string[] = [...lengthPrefixNames, ...Object.keys(forms)];

/**
 * A rule from its text: `u32le,offset=2,adjust=-6,max=1048576`, `delim=\r\n|\0`, `fixed=36` … `docs/framing.md` has all.
 * E_USAGE, with the nearest right form, for anything else.
 */
export function parseRule(text: string): FrameRule {
  const options = new RuleOptions(text);
  const form = lengthPrefixNames.includes(options.name) ? lengthPrefix : own(forms, options.name);
  if (form === undefined) throw unknownRule(options.name);
  if (options.value === undefined ? form.needsValue === true : form.withValue === undefined) {
    throw new SampanError("E_USAGE", `write ${form.withValue ?? options.name}, not "${printable(text)}"`);
  }
  options.takeOnly(form.options);
  return form.make(options);
}

function own(table: Readonly<Record<string, RuleForm>>, name: string): RuleForm | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function readLengthPrefix(options: RuleOptions): FrameRule {
  const [, sign, bits = "", order] = /^([ui])(\d+)(be|le)?$/.exec(options.name) ?? [];
  const isKept = options.flag("keep");
  const strip = options.size("strip");
  if (isKept && strip !== undefined)
    throw new SampanError("E_USAGE", "keep strips nothing, so strip cannot stand beside it");
  return lengthPrefixRule({
    width: (Number(bits) / 8) as LengthWidth,
    order: order === undefined ? undefined : order === "le" ? "little" : "big",
    signed: sign === "i",
    offset: options.size("offset"),
    adjust: options.whole("adjust"),
    counts: options.word("counts", ["body", "field", "frame"]),
    strip: isKept ? 0 : strip,
    prefix: options.hex("prefix"),
    ...max(options),
  });
}

function readLine(options: RuleOptions): FrameRule {
  const ending = options.value === undefined ? "lf" : options.value.trimEnd().toLowerCase();
  if (ending === "lf" || ending === "crlf") return lineRule({ ending, ...max(options) });
  throw new SampanError("E_USAGE", `write line or line=crlf, not line=${printable(ending)}`);
}

function readDelimiter(options: RuleOptions): FrameRule {
  return delimiterRule({
    delimiters: parseDelimiters(options.value ?? ""),
    keep: options.flag("keep"),
    ...max(options),
  });
}

function unknownRule(name: string): SampanError {
  const shown = printable(name);
  const short = name.replace(/^(?:u?int|s)(?=\d)/, (type) => (type === "uint" ? "u" : "i"));
  const [, sign = "", bits = ""] = /^([ui]?)(8|16|24|32|64)$/.exec(short) ?? [];
  if (bits !== "" && bits !== "8") {
    const rule = `${sign === "" ? "u" : sign}${bits}`;
    return new SampanError(
      "E_USAGE",
      `"${shown}" does not say which byte comes first: write ${rule}be (network order) or ${rule}le`,
    );
  }
  const near = nearestWords(short, ruleNames);
  const meant = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there are ${ruleNames.join(" ")}`;
  return new SampanError("E_USAGE", `no framing rule is called "${shown}": ${meant}`);
}
