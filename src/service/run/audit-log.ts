import fs from "node:fs";
import path from "node:path";
import { SampanError } from "../../wire/sampan-error.js";

/** When the file is larger, it becomes `runs.1.ndjson`, in place of the one before: at most twice this is kept. */
const maxFileBytes = 8 * 2 ** 20;
/** One argument, and all of a line: enough to know what was run. */
const maxArgumentLength = 1024;
const maxLineLength = 16 * 1024;

export type AuditEntry = {
  readonly event: "begin" | "end" | "refused" | "kill" | "shell-begin" | "shell-attach" | "shell-kill" | "shell-end";
  readonly argv?: readonly string[];
} & { readonly [key: string]: unknown };

/**
 * Who ran what, when, with what status: `runs.ndjson` in the config folder, one JSON object a line, readable by its
 * owner alone. Several servers of one user write to the same file.
 */
export class AuditLog {
  readonly path: string;
  #fd: number | undefined;
  #inode = 0;

  constructor(configFolder: string) {
    this.path = path.join(configFolder, "runs.ndjson");
  }

  /** E_LOCAL_FILE when it cannot be written: then nothing is run. */
  write(entry: AuditEntry): void {
    const line = { at: new Date().toISOString(), ...entry, ...(entry.argv ? { argv: shortened(entry.argv) } : {}) };
    try {
      fs.writeSync(this.#open(), `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new SampanError("E_LOCAL_FILE", "the server cannot write its log of commands, so it runs none", { cause });
    }
  }

  /** What has happened already; a log that cannot be written any more is said when the next command is refused. */
  note(entry: AuditEntry): void {
    try {
      this.write(entry);
    } catch {
      // Said then.
    }
  }

  close(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** The open file; a new one where it grew too large, or another server has put it aside. */
  #open(): number {
    const there = fs.statSync(this.path, { throwIfNoEntry: false });
    if (there && there.size >= maxFileBytes) {
      fs.renameSync(this.path, this.path.replace(/\.ndjson$/, ".1.ndjson"));
      this.close();
    } else if (there?.ino !== this.#inode) this.close();
    if (this.#fd !== undefined) return this.#fd;
    fs.mkdirSync(path.dirname(this.path), { recursive: true, mode: 0o700 });
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = fs.constants;
    this.#fd = fs.openSync(this.path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
    this.#inode = fs.fstatSync(this.#fd).ino;
    return this.#fd;
  }
}

function shortened(argv: readonly string[]): string[] {
  const list: string[] = [];
  let left = maxLineLength;
  for (const argument of argv) {
    if (left <= 0) return [...list, `… ${argv.length - list.length} more`];
    const text = argument.length > maxArgumentLength ? `${argument.slice(0, maxArgumentLength)}…` : argument;
    left -= text.length;
    list.push(text);
  }
  return list;
}
