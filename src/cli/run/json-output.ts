import { Writable } from "node:stream";
import { type JsonEvent, jsonLine } from "../json-event.js";
import { writeOn } from "./local-output.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes what comes as `output` events to `out`. */
export function jsonOutput(out: Writable, facts: { readonly [key: string]: unknown }): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      writeOn(out, jsonLine({ event: "output", ...facts, ...content(chunk) }), done);
    },
  });
}

/** As `text` where the bytes are whole UTF-8, else as `base64`: nothing is lost either way. */
function content(chunk: Buffer): { text: string } | { base64: string } {
  try {
    return { text: decoder.decode(chunk) };
  } catch {
    return { base64: chunk.toString("base64") };
  }
}

export function writeEvent(out: Writable, event: JsonEvent): void {
  out.write(jsonLine(event));
}
