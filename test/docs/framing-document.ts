import { readFileSync } from "node:fs";

const text = readFileSync("docs/framing.md", "utf8");

export interface Picture {
  readonly rule: string;
  /** Whether the frames, encoded, are other bytes than these. */
  readonly isReadOnly: boolean;
  readonly wire: Uint8Array;
  /** In hex. */
  readonly frames: string[];
}

/** The hex pictures of docs/framing.md, in order. */
export function framingPictures(): Picture[] {
  return [...text.matchAll(/^```picture( read)? (\S+)\n([^]*?)^```$/gm)].map(([, read, rule = "", body = ""]) => {
    const [wire = "", labels = "", ...frames] = body.trimEnd().split("\n");
    if (bars(wire) !== bars(labels))
      throw new Error(`the two lines of a picture of ${rule} do not stand under each other`);
    return {
      rule,
      isReadOnly: read !== undefined,
      wire: hexOf(wire.replaceAll("|", " ")),
      frames: frames.map((line) => Buffer.from(hexOf(line.replace(/^=> (\(empty\))?/, ""))).toString("hex")),
    };
  });
}

/** Where the bars of a line stand. */
function bars(line: string): string {
  return [...line.matchAll(/ \| /g)].map(({ index }) => index).join(" ");
}

function hexOf(line: string): Uint8Array {
  if (!/^(\s*[0-9a-f]{2})*\s*$/.test(line)) throw new Error(`not hex: ${line}`);
  return Uint8Array.from(Buffer.from(line.replaceAll(/\s/g, ""), "hex"));
}

/** The programs of docs/framing.md and what they print. */
export function framingPrograms(): { source: string; output: string }[] {
  return [...text.matchAll(/^```js run\n([^]*?)^```\n\n```output\n([^]*?)^```$/gm)].map(
    ([, source = "", output = ""]) => ({
      source,
      output,
    }),
  );
}

/** All rules that the page mentions as code, with their values: those in the first column of the first table. */
export function documentedNames(): string[] {
  const [, table = ""] = /\n## Text form\n[^]*?\n(\|[^]*?\n)\n/.exec(text) ?? [];
  return table
    .trimEnd()
    .split("\n")
    .slice(2)
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`=]+)[^`]*`/g)].map(([, name = ""]) => name));
}
