import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { contentOf, MiB } from "./content.js";

export const sparseBytes = 60 * MiB;

const isRoot = process.getuid?.() === 0;

const names = ["空 文件.txt", "-rf", " leading space", "line\nbreak", "back\\slash", "\u001b[31mred", "é", "e\u0301"];
const longName = "ü".repeat(127) + "x";

/** A tree of everything that tools for moving files trip over. */
export function makeOddTree(root: string): void {
  mkdirSync(join(root, "empty folder"), { recursive: true });
  mkdirSync(join(root, "deep/er/and/deeper"), { recursive: true });
  mkdirSync(join(root, "locked"));
  writeFileSync(join(root, "empty"), "");
  for (const name of [...names, longName]) {
    writeFileSync(join(root, name), `content of ${name}`);
    mkdirSync(join(root, "deep", `${name.slice(0, 100)} folder`));
    writeFileSync(join(root, "deep", `${name.slice(0, 100)} folder`, name), contentOf(name, 70_000));
  }
  writeFileSync(join(root, "deep/er/and/deeper/large.bin"), contentOf("large", 5 * MiB + 1));
  writeFileSync(join(root, "exactly-1-mib"), contentOf("block", MiB));
  writeFileSync(join(root, "locked", "inside"), "in a folder that takes nothing more");
  makeSparse(join(root, "sparse.img"));
  symlinkSync("deep/er", join(root, "link to a folder"));
  symlinkSync("../../exactly-1-mib", join(root, "deep/er/link up"));
  symlinkSync("nothing/here", join(root, "dangling"));
  const modes = isRoot ? [0o000, 0o600, 0o755, 0o444, 0o777] : [0o600, 0o755, 0o444, 0o777];
  for (const mode of modes) {
    const path = join(root, `mode-${mode.toString(8)}`);
    writeFileSync(path, `mode ${mode}`);
    chmodSync(path, mode);
  }
  setTimes(root);
  chmodSync(join(root, "locked"), 0o555);
}

function makeSparse(path: string): void {
  const file = openSync(path, "w");
  ftruncateSync(file, sparseBytes);
  writeSync(file, contentOf("sparse", MiB), 0, MiB, 30 * MiB + 4096);
  closeSync(file);
}

/** Old times, from before 1970 too, with parts of a second; the deepest first, as each change touches what is above. */
function setTimes(root: string): void {
  const seconds = [-300_000_000.25, 930_000_000.123457, 1_600_000_000.000001, 0, 1.5, 1_783_000_000.999999];
  const paths = (readdirSync(root, { recursive: true }) as string[]).sort((a, b) => b.length - a.length);
  for (const [at, name] of paths.entries()) {
    const path = join(root, name);
    const time = seconds[at % seconds.length] as number;
    if (lstatSync(path).isSymbolicLink()) lutimesSync(path, time, time);
    else utimesSync(path, time, time);
  }
}

/** Mode and time of last change, in whole microseconds, of everything below a folder. */
export function metaOf(root: string): Map<string, string> {
  const meta = new Map<string, string>();
  for (const name of readdirSync(root, { recursive: true }) as string[]) {
    const stat = lstatSync(join(root, name), { bigint: true });
    const mode = stat.isSymbolicLink() ? "link" : (Number(stat.mode) & 0o7777).toString(8);
    meta.set(name, `${mode} ${stat.mtimeNs / 1000n - (stat.mtimeNs % 1000n < 0n ? 1n : 0n)}`);
  }
  return meta;
}
