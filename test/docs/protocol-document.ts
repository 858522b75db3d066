import { readFileSync } from "node:fs";

export interface Vector {
  readonly name: string;
  readonly from: "client" | "server";
  readonly bytes: Buffer;
}

export const protocolText = readFileSync("docs/protocol.md", "utf8");

/** The hex dumps of docs/protocol.md, in order. */
export function protocolVectors(): Vector[] {
  return [...protocolText.matchAll(/^```vector name=(\S+) from=(client|server)\n([^]*?)^```$/gm)].map(
    ([, name = "", from, dump = ""]) => ({ name, from: from as Vector["from"], bytes: bytesOf(name, dump) }),
  );
}

/** Reads `00000010  68 65 6c 6c 6f  |hello|`, and sees to it that its three columns tell the same. */
function bytesOf(name: string, dump: string): Buffer {
  const rows = dump
    .trimEnd()
    .split("\n")
    .map((line, row) => {
      const [, offset = "", hex = "", text = ""] = /^([0-9a-f]{8}) {2}([0-9a-f ]+?) +\|(.*)\|$/.exec(line) ?? [];
      const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
      const shown = bytes.toString("latin1").replace(/[^ -~]/g, ".");
      if (Number.parseInt(offset, 16) !== row * 16 || shown !== text) throw new Error(`${name}: bad line ${line}`);
      return bytes;
    });
  return Buffer.concat(rows);
}

/** The rows of the first table below a heading: their cells, without the marks of code. */
export function tableBelow(heading: string): string[][] {
  const start = protocolText.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`docs/protocol.md has no heading ${heading}`);
  const [, table = ""] = /\n(\|[^]*?\n)\n/.exec(protocolText.slice(start)) ?? [];
  return rowsOf(table);
}

/** The rows of every table whose first column has this heading. */
export function tablesOf(firstColumn: string): string[][] {
  const tables = protocolText.matchAll(new RegExp(`\\n(\\| ${firstColumn} \\|[^]*?\\n)\\n`, "g"));
  return [...tables].flatMap(([, table = ""]) => rowsOf(table));
}

function rowsOf(table: string): string[][] {
  const rows = table.trimEnd().split("\n").slice(2);
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}
