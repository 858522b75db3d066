import { maxDatagramAnswerBytes, maxTimeFormatBytes } from "../../wire/limits.js";
import { SampanError } from "../../wire/sampan-error.js";
import { localTime } from "./local-time.js";
import { strftime } from "./strftime.js";

/** What the documents' server says to an empty datagram. */
export const defaultTimeFormat = "%Y-%m-%d %X";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A time in the form that somebody asked for; E_USAGE with a sentence for the asker. */
export function timeText(format: Uint8Array, date: Date): string {
  if (format.length > maxTimeFormatBytes) {
    throw new SampanError("E_USAGE", `the format is longer than ${maxTimeFormatBytes} bytes`);
  }
  const text = formatted(formatText(format), date);
  if (text !== undefined && Buffer.byteLength(text) <= maxDatagramAnswerBytes) return text;
  throw new SampanError("E_USAGE", `the time in that format is longer than ${maxDatagramAnswerBytes} bytes`);
}

function formatted(format: string, date: Date): string | undefined {
  try {
    return strftime(localTime(date), format);
  } catch (thrown) {
    if (thrown instanceof SampanError && thrown.code === "E_TOO_LARGE") return undefined;
    throw thrown;
  }
}

function formatText(format: Uint8Array): string {
  if (format.length === 0) return defaultTimeFormat;
  if (format.includes(0)) throw new SampanError("E_USAGE", "the format has a zero byte in it");
  try {
    return decoder.decode(format);
  } catch (cause) {
    throw new SampanError("E_USAGE", "the format is not text in UTF-8", { cause });
  }
}
