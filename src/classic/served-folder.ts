import { closeSync, constants, fsync, openSync, readdirSync, renameSync } from "node:fs";
import { ConfinedFolder } from "../store/confined-folder.js";
import { fileError } from "../store/file-error.js";
import { checkNotStaging, isStagingName, sortNames } from "../store/file-name.js";
import { StagingFolder } from "../store/staging-folder.js";
import { SampanError } from "../wire/sampan-error.js";
import { baseWireName, checkWirePath, parentWirePath, printable } from "../wire/wire-path.js";
import { IncomingFile } from "./incoming-file.js";
import { OutgoingFile } from "./outgoing-file.js";
import { writeError } from "./write-error.js";

const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The folder that classic names are confined to: no name leads out of it, by `..` or by a link. */
export class ServedFolder {
  readonly #confined: ConfinedFolder;
  readonly #staging: StagingFolder;
  #incoming = 0;

  constructor(nativeRoot: string) {
    this.#confined = new ConfinedFolder(nativeRoot, { show: (path) => (path === "" ? nativeRoot : path) });
    this.#staging = new StagingFolder(this.#confined);
  }

  /** Opens the file `name`, which may lie in a folder below: E_NOT_FOUND, E_UNSAFE_NAME, E_LINK, E_NOT_A_FOLDER … */
  open(name: string): OutgoingFile {
    if (name === "") throw new SampanError("E_UNSAFE_NAME", "an empty name is refused");
    checkNotStaging(checkWirePath(name));
    try {
      return new OutgoingFile(openSync(this.#confined.at(name), readFlags), name);
    } catch (error) {
      throw fileError(error, "open", name);
    }
  }

  /** Begins a file that gets the name `name` when it is whole; what has the name until then is replaced. */
  create(name: string): IncomingFile {
    checkNotStaging(checkWirePath(name));
    try {
      const nameOf = (): string => this.#staging.temporaryPath(parentWirePath(name));
      const { staged, fd } = this.#staging.create(name, nameOf, constants.O_WRONLY);
      this.#incoming++;
      return new IncomingFile(fd, name, {
        place: () => this.#place(staged, name),
        settle: () => this.#settle(staged),
      });
    } catch (error) {
      throw writeError(error, name);
    }
  }

  /** The plain files right in the folder, sorted. */
  names(): string[] {
    try {
      const entries = readdirSync(this.#confined.folder(""), { withFileTypes: true });
      return sortNames(entries.filter((entry) => entry.isFile() && !isStagingName(entry.name)).map(({ name }) => name));
    } catch (error) {
      throw fileError(error, "list", this.#confined.show(""));
    }
  }

  close(): void {
    this.#tidy();
    this.#confined.close();
  }

  async #place(staged: string, name: string): Promise<void> {
    try {
      renameSync(this.#confined.at(staged), this.#confined.at(name));
    } catch (error) {
      throw writeError(error, name);
    }
    await this.#syncFolder(parentWirePath(name));
  }

  /** Removes what has no name yet; after a rename there is nothing. */
  #settle(staged: string): void {
    this.#incoming--;
    try {
      this.#staging.remove(staged);
    } catch {
      // it stays behind as abandoned, and is removed with the others later
    }
    if (this.#incoming === 0) this.#tidy();
  }

  #tidy(): void {
    try {
      this.#staging.tidy();
    } catch {
      // what is left there is nobody's, and the next one to tidy removes it
    }
  }

  async #syncFolder(path: string): Promise<void> {
    if (process.platform === "win32") return;
    const fd = this.#confined.openFolder(path);
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(fd, (error) => (error ? reject(error) : resolve()));
      });
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * The name under which an upload is kept. The tutorials' clients send whole paths of their own machine
 * (`/a/b/c/d/e/a.txt`): the folders in front mean nothing here and fall away. `..`, NUL and the like are refused.
 */
export function uploadName(given: string): string {
  if (given === "") throw new SampanError("E_UNSAFE_NAME", "an empty file name is refused");
  const name = baseWireName(checkWirePath(given.replace(/^\/+/, "")));
  if (name === "") throw new SampanError("E_UNSAFE_NAME", `the name ${printable(given)} is refused: it names a folder`);
  checkNotStaging(name);
  return name;
}
