import { StringDecoder } from "node:string_decoder";
import { SampanError } from "../wire/sampan-error.js";

/**
 * The lines of a stream of UTF-8, without their ends (LF or CRLF, and no others); the last one needs none. E_TOO_LARGE
 * for a line of more than `maxLength` characters.
 */
export async function* inputLines(input: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let held = "";
  for await (const chunk of input) {
    const [first = "", ...more] = decoder.write(chunk).split("\n");
    held += first;
    for (const next of more) {
      yield lineOf(held, maxLength);
      held = next;
    }
    lineOf(held, maxLength);
  }
  held += decoder.end();
  if (held !== "") yield lineOf(held, maxLength);
}

function lineOf(text: string, maxLength: number): string {
  if (text.length > maxLength)
    throw new SampanError(
      "E_TOO_LARGE",
      `a line of standard input is longer than ${maxLength.toLocaleString("en")} characters`,
    );
  return text.replace(/\r$/, "");
}
