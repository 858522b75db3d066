import { displayWidth } from "../display-width.js";

/** What must not begin a line in Chinese. */
const clinging = /^[，。、；：！？）》”’…]/u;
/** A word of any script with spaces, or one character of a script without. */
const unit =
  /\s+|(?:[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’]+)[，。、；：！？）》”’…]*/gu;

/** A text in the pieces between which a line may end; together they are the text. */
export function textUnits(text: string): string[] {
  return Array.from(text.matchAll(unit), ([part]) => part);
}

/** Text in lines of at most `columns`, where no single word is wider: broken at spaces and between Chinese characters. */
export function wrapText(text: string, columns: number): string[] {
  const lines = [""];
  for (const part of textUnits(text)) {
    const line = lines.at(-1) ?? "";
    const fits = displayWidth(line + part.trimEnd()) <= columns;
    if (fits || line === "" || clinging.test(part)) lines[lines.length - 1] = line + part;
    else lines.push(part.trimStart());
  }
  return lines.map((line) => line.trim());
}
