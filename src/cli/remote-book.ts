import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { configFileError } from "../service/config-folder.js";
import { underConfigLock } from "../service/config-lock.js";
import { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";

const nameForm = /^[A-Za-z0-9._-]{1,64}$/;

/** Refuses what cannot be the name of a remote. */
export function checkRemoteName(name: string): string {
  if (nameForm.test(name)) return name;
  throw new SampanError(
    "E_USAGE",
    `"${printable(name)}" cannot be a remote's name; use 1 to 64 letters, digits, dots, dashes and underscores`,
  );
}

/**
 * The remotes of this user: links by name in `remotes.json`, which only the user can read, for a link opens the
 * other end. Every change puts a whole new file in place of the old one, and changes wait for one another.
 */
export class RemoteBook {
  readonly #folder: string;
  readonly #file: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, "remotes.json");
  }

  /** Names and links, in the order of the names. */
  entries(): [name: string, link: string][] {
    return [...this.#read()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The link saved under `name`; E_NOT_FOUND with a way out if there is none. */
  link(name: string): string {
    const link = this.#read().get(name);
    if (link !== undefined) return link;
    throw new SampanError(
      "E_NOT_FOUND",
      `no remote is called "${printable(name)}"; add it with "sampan remote add ${nameForm.test(name) ? name : "NAME"}"` +
        ` (a local file with a colon in its name is written ./${printable(name)}:…)`,
    );
  }

  /** E_EXISTS if something is saved under `name`. */
  checkFree(name: string): void {
    if (this.#read().has(name)) throw taken(name);
  }

  /** Saves `link` under `name`; E_EXISTS if the name stands for another link, unless `overwrite`. */
  add(name: string, link: string, overwrite = false): void {
    checkRemoteName(name);
    this.#change((links) => {
      const known = links.get(name);
      if (known !== undefined && known !== link && !overwrite) throw taken(name);
      links.set(name, link);
    });
  }

  remove(name: string): void {
    this.#change((links) => {
      if (!links.delete(name)) throw new SampanError("E_NOT_FOUND", `no remote is called "${printable(name)}"`);
    });
  }

  /** Reads, has `change` made, and writes; of several processes one after the other, or the last would undo the others. */
  #change(change: (links: Map<string, string>) => void): void {
    underConfigLock(this.#folder, "remotes", () => {
      const links = this.#read();
      change(links);
      this.#write(links);
    });
  }

  #read(): Map<string, string> {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
      throw configFileError(error, "read", this.#file);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw this.#damaged("it is not JSON", error);
    }
    const remotes = (value as { remotes?: unknown } | null)?.remotes;
    if (typeof remotes !== "object" || remotes === null || Array.isArray(remotes))
      throw this.#damaged('it has no "remotes"');
    const links = new Map<string, string>();
    for (const [name, link] of Object.entries(remotes)) {
      if (!nameForm.test(name) || typeof link !== "string") throw this.#damaged(`"${printable(name)}" is no remote`);
      links.set(name, link);
    }
    return links;
  }

  #write(links: ReadonlyMap<string, string>): void {
    const text = `${JSON.stringify({ version: 1, remotes: Object.fromEntries(links) }, undefined, 2)}\n`;
    const temporary = join(this.#folder, `.remotes-${process.pid}-${randomBytes(6).toString("hex")}`);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (process.platform !== "win32") chmodSync(this.#folder, 0o700);
      const file = openSync(temporary, "wx", 0o600);
      try {
        writeSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw configFileError(error, "write", this.#file);
    }
  }

  #damaged(why: string, cause?: unknown): SampanError {
    return new SampanError(
      "E_LOCAL_FILE",
      `${this.#file} is damaged: ${why}; mend it, or remove it and add the remotes again`,
      {
        path: this.#file,
        cause,
      },
    );
  }
}

function taken(name: string): SampanError {
  return new SampanError("E_EXISTS", `the remote "${name}" is there already; use --overwrite to replace its link`);
}
