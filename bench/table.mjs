// Markdown tables that can be read as they are in a terminal, and pasted into docs/performance.md.
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => String(cell ?? "–")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  // The first column holds words, the others numbers.
  const aligned = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  const line = (row) => `| ${row.map(aligned).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)].join("\n");
}

export function mib(bytes) {
  return bytes === 0 ? undefined : (bytes / 2 ** 20).toFixed(0);
}

export function ms(seconds) {
  return Number.isFinite(seconds) ? (seconds * 1000).toFixed(1) : undefined;
}

export function percent(part, whole) {
  return Number.isFinite(whole) ? `${((part / whole) * 100).toFixed(1)} %` : undefined;
}

/** How many times the figure of sampan TLS in the same direction (get, for what has none) is that of `result`. */
export function ratioTo(results, result, figure) {
  const direction = result.direction === "local" ? "get" : result.direction;
  const own = results.find((one) => one.contestant === "sampan TLS" && one.direction === direction);
  if (own === undefined || own === result) return undefined;
  return `${(figure(own) / figure(result)).toFixed(2)} ×`;
}
