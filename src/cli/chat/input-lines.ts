import { StringDecoder } from "node:string_decoder";
import { SampanError } from "../../wire/sampan-error.js";

/** The lines of a stream of UTF-8, without their ends; the last one needs none. E_TOO_LARGE for a line above `maxLength`. */
export async function* inputLines(input: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let held = "";
  for await (const chunk of input) {
    const lines = (held + decoder.write(chunk)).split("\n");
    held = lines.pop() ?? "";
    if (held.length > maxLength)
      throw new SampanError("E_TOO_LARGE", "a line of standard input is too long for a message");
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  held += decoder.end();
  if (held !== "") yield held;
}
