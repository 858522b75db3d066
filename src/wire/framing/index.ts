/** The framing rules; `docs/framing.md` describes them. */
export { cobsRule } from "./cobs.js";
export { type DelimiterOptions, delimiterRule } from "./delimiter.js";
export { fixedRule } from "./fixed.js";
export { defaultMaxFrameBytes, type FrameLimit } from "./frame-limit.js";
export type { FrameDecoder, FrameListener, FrameRule, RangeListener } from "./frame-rule.js";
export { type JsonHeaderOptions, jsonHeaderRule } from "./json-header.js";
export { JsonHeaderDecoder, type JsonHeaderDecoderOptions, type JsonHeaderListener } from "./json-header-decoder.js";
export type { LengthWidth } from "./length-field.js";
export { lengthPrefixRule } from "./length-prefix.js";
export type { LengthPrefixOptions } from "./length-prefix-layout.js";
export { type LineOptions, lineRule, ndjsonRule } from "./line.js";
export { netstringRule } from "./netstring.js";
export { rawRule } from "./raw.js";
export { parseRule, ruleNames } from "./rule-text.js";
export { sampanRule } from "./sampan-message.js";
export { slipRule } from "./slip.js";
export { varintRule } from "./varint.js";
