import { displayWidth } from "../display-width.js";

/** What must not begin a line in Chinese. */
const clinging = /^[，。、；：！？）》”’…]/u;
/** A word of any script with spaces, or one character of a script without. */
const unit = /\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’][，。、；：！？）》”’…]*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’]+/gu;

/** Text in lines of at most `columns`, where no single word is wider: broken at spaces and between Chinese characters. */
export function wrapText(text: string, columns: number): string[] {
  const lines = [""];
  for (const [part] of text.matchAll(unit)) {
    const line = lines.at(-1) ?? "";
    const fits = displayWidth(line + part.trimEnd()) <= columns;
    if (fits || line === "" || clinging.test(part)) lines[lines.length - 1] = line + part;
    else lines.push(part.trimStart());
  }
  return lines.map((line) => line.trim());
}
