// Whether what arrived is what was sent.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

export function verifySize(source, target) {
  const want = statSync(source).size;
  const got = statSync(target).size;
  if (want !== got) throw new Error(`${target} has ${got} bytes instead of ${want}`);
}

export function verifyBytes(source, target) {
  verifySize(source, target);
  const files = [openSync(source, "r"), openSync(target, "r")];
  const buffers = [Buffer.allocUnsafe(2 ** 22), Buffer.allocUnsafe(2 ** 22)];
  try {
    for (let at = 0; ; ) {
      const lengths = files.map((file, i) => readSync(file, buffers[i], 0, buffers[i].length, at));
      const parts = buffers.map((buffer, i) => buffer.subarray(0, lengths[i]));
      if (!parts[0].equals(parts[1])) throw new Error(`${target} differs from its source after byte ${at}`);
      if (lengths[0] === 0) return;
      at += lengths[0];
    }
  } finally {
    for (const file of files) closeSync(file);
  }
}

export function verifyTree(source, target, { bytes }) {
  const names = readdirSync(source, { recursive: true }).sort();
  const arrived = readdirSync(target, { recursive: true }).sort();
  if (names.length !== arrived.length || names.some((name, i) => name !== arrived[i])) {
    throw new Error(`${target} has ${arrived.length} entries instead of ${names.length}, or other names`);
  }
  for (const name of names) {
    const [from, to] = [join(source, name), join(target, name)];
    if (statSync(from).isDirectory()) continue;
    verifySize(from, to);
    if (bytes && !readFileSync(from).equals(readFileSync(to))) throw new Error(`${to} differs from its source`);
  }
}
