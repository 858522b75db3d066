/** `sampan/wire`: the message codec and its limits, without sockets, files or clocks. */
export { blockCount, blockLength, blockOffset } from "./blocks.js";
export {
  type CheckedFrame,
  type Checksum,
  checkFrame,
  checksumNames,
  parseChecksum,
} from "./checksum.js";
export { type ErrorCode, errorCodeOf, errorTable } from "./error-code.js";
export type { JsonObject } from "./field.js";
export * from "./framing/index.js";
export * as limits from "./limits.js";
export { encodeMessage, type Header, type Message, MessageDecoder, type MessageDecoderOptions } from "./message.js";
export { SampanError } from "./sampan-error.js";
