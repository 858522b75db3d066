/** The rows of a terminal as a picture. Each line has its text and a tone: "", "typed" or "note". */
export function svgOf(lines, { columns, label }) {
  const [charWidth, lineHeight, margin] = [7.83, 19, 18];
  const width = Math.ceil(columns * charWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin;
  const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  const rows = lines.map(({ text, tone }, row) => {
    const y = margin + row * lineHeight + 14;
    return `  <text class="${tone}" x="${margin}" y="${y}" xml:space="preserve">${escape(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"
  aria-label="${escape(label)}">
  <style>
    text { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d7dde6; }
    .typed { fill: #ffffff; font-weight: bold; }
    .note { fill: #8b98a9; }
  </style>
  <rect width="100%" height="100%" rx="8" fill="#16202c"/>
${rows.join("\n")}
</svg>
`;
}
