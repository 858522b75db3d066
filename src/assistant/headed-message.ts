import { SampanError } from "../wire/sampan-error.js";
import { shownText } from "./shown-text.js";

/*
 * Two rules give frames that are a length, a JSON header and a body: "sampan" (the length is u32 big-endian) and
 * "json-header" (i32 little-endian). Such a frame is shown as its header, and typed as its header.
 */

function isLittleEndian(rule: string | undefined): boolean | undefined {
  const name = rule?.split(",")[0];
  return name === "sampan" ? false : name === "json-header" ? true : undefined;
}

/** The header of a frame that has one, and how many bytes of body follow; undefined for frames of other rules. */
export function headedNote(rule: string | undefined, frame: Uint8Array): string | undefined {
  const little = isLittleEndian(rule);
  if (little === undefined || frame.length < 4) return undefined;
  const length = new DataView(frame.buffer, frame.byteOffset, 4).getUint32(0, little);
  const header = new TextDecoder().decode(frame.subarray(4, 4 + length));
  const bodyBytes = Math.max(0, frame.length - 4 - length);
  return `${shownText(header)} and a body of ${bodyBytes.toLocaleString("en")} B`;
}

/**
 * The frame with `json` as its header and no body; undefined for other rules, and for what does not look like JSON.
 * E_USAGE if it is none.
 */
export function headedFrame(rule: string | undefined, json: string): Uint8Array | undefined {
  const little = isLittleEndian(rule);
  if (little === undefined || !json.trimStart().startsWith("{")) return undefined;
  let header: Uint8Array;
  try {
    header = new TextEncoder().encode(JSON.stringify(JSON.parse(json)));
  } catch (cause) {
    throw new SampanError("E_USAGE", `the header is no JSON: ${(cause as Error).message}`, { cause });
  }
  const frame = new Uint8Array(4 + header.length);
  new DataView(frame.buffer).setUint32(0, header.length, little);
  frame.set(header, 4);
  return frame;
}
