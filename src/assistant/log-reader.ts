import { createReadStream } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";
import { type LogLine, parseLogLine } from "./log-line.js";
import { fileError } from "./traffic-log.js";

/** The longest line: that of a send of 16 MiB, twice over. What is longer is no log. */
const maxLineBytes = 64 * 1024 * 1024;

/** A log's lines, one after another. A damaged line is E_LOCAL_FILE with its number; so is a last line that is cut off. */
export async function* logLines(path: string): AsyncGenerator<LogLine> {
  let number = 0;
  for await (const { text, whole } of fileLines(path)) {
    number++;
    if (whole && text.trim() === "") continue;
    try {
      if (!whole) throw new Error("it is cut off");
      yield parseLogLine(text);
    } catch (cause) {
      if (cause instanceof SampanError) throw cause;
      throw damaged(path, number, (cause as Error).message);
    }
  }
}

async function* fileLines(path: string): AsyncGenerator<{ text: string; whole: boolean }> {
  let parts: Buffer[] = [];
  let partBytes = 0;
  let number = 1;
  const stream = createReadStream(path);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        parts.push(chunk.subarray(from, end));
        yield { text: Buffer.concat(parts).toString("utf8"), whole: true };
        [parts, partBytes, from] = [[], 0, end + 1];
        number++;
      }
      parts.push(chunk.subarray(from));
      partBytes += chunk.length - from;
      if (partBytes > maxLineBytes) throw damaged(path, number, "it is longer than any line of a log");
    }
  } catch (cause) {
    throw cause instanceof SampanError ? cause : fileError(path, "read", cause);
  } finally {
    stream.destroy();
  }
  if (partBytes > 0) yield { text: Buffer.concat(parts).toString("utf8"), whole: false };
}

function damaged(path: string, line: number, why: string): SampanError {
  return new SampanError("E_LOCAL_FILE", `line ${line} of ${path} is no line of a log: ${why}`, { path });
}
