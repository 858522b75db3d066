/** A QR code in characters, two modules high each; dark on light whatever the terminal's colours are. */
export async function qrText(text: string): Promise<string> {
  const { encode } = await import("uqr");
  const { data, size } = encode(text, { border: 2, ecc: "L" });
  const lines: string[] = [];
  for (let y = 0; y < size; y += 2) {
    let line = "";
    for (let x = 0; x < size; x++) {
      const upper = data[y]?.[x] ?? false;
      const lower = data[y + 1]?.[x] ?? false;
      line += upper ? (lower ? " " : "▄") : lower ? "▀" : "█";
    }
    lines.push(`\x1b[97;40m${line}\x1b[0m`);
  }
  return `${lines.join("\n")}\n`;
}
