const units = {
  "": 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
};

export function parseBytes(text) {
  const match = /^([0-9.]+)\s*([A-Za-z]*)$/.exec(text);
  const unit = match === null ? undefined : units[match[2].toUpperCase()];
  const bytes = unit === undefined ? Number.NaN : Math.round(Number(match[1]) * unit);
  if (!Number.isSafeInteger(bytes) || bytes < 1) throw new Error(`not a size: ${text} (256MiB, 2GiB, 500MB are)`);
  return bytes;
}

export function formatBytes(bytes) {
  for (const [name, size] of [
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ]) {
    if (bytes >= size) return `${Number((bytes / size).toFixed(1))} ${name}`;
  }
  return `${bytes} bytes`;
}
