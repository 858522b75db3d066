import { cutToWidth, displayWidth } from "../display-width.js";

/** A text in one colour; segments that stand in one group are not torn apart where there is room for them. */
export interface Segment {
  readonly text: string;
  /** The parameters of an SGR escape, `1;36`. */
  readonly sgr?: string;
}

/** Segments that belong together, `send(`, its bytes, `)`. */
export type Group = readonly Segment[];

/** A line of segments, no wider than its column. */
export type CellLine = readonly Segment[];

export function widthOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** Groups set in lines of at most `columns`, each group on a new line where it does not fit behind the one before. */
export function setInLines(groups: readonly Group[], columns: number): CellLine[] {
  const lines: Segment[][] = [[]];
  for (const group of groups) {
    const line = lines.at(-1) ?? [];
    if (line.length > 0 && widthOf(line) + widthOf(group) > columns) lines.push([]);
    for (const segment of group) pushTorn(lines, segment, columns);
  }
  return lines;
}

/** Puts a segment at the end of the last line, and goes on in a new one where it is too long. */
function pushTorn(lines: Segment[][], segment: Segment, columns: number): void {
  for (let rest = segment.text; rest !== ""; ) {
    const line = lines.at(-1) ?? [];
    const room = columns - widthOf(line);
    const taken = displayWidth(rest) <= room ? rest : cutToWidth(rest, room + 1).slice(0, -1);
    if (taken !== "") line.push({ ...segment, text: line.length === 0 ? taken.trimStart() : taken });
    rest = rest.slice(taken.length);
    if (rest !== "") {
      // A column narrower than one character would never end.
      if (taken === "" && line.length === 0) return;
      lines.push([]);
    }
  }
}

/** A cell as it is printed: its colours, and spaces up to its width. */
export function paintCell(line: CellLine, columns: number, color: boolean): string {
  const text = line.map((segment) => paintSegment(segment, color)).join("");
  return text + " ".repeat(Math.max(0, columns - widthOf(line)));
}

export function paintSegment({ text, sgr }: Segment, color: boolean): string {
  return color && sgr !== undefined && text !== "" ? `\x1b[${sgr}m${text}\x1b[0m` : text;
}

/** A line cut at its end to `columns`. */
export function cutLine(line: CellLine, columns: number): CellLine {
  if (widthOf(line) <= columns) return line;
  const kept: Segment[] = [];
  for (const segment of line) {
    const room = columns - widthOf(kept);
    if (displayWidth(segment.text) < room) kept.push(segment);
    else return [...kept, { ...segment, text: cutToWidth(`${segment.text}…`, room) }];
  }
  return kept;
}
