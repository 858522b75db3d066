import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileError, isDiskFull } from "../store/file-error.js";
import { SampanError } from "../wire/sampan-error.js";

/** Where this user's certificate, tokens and remotes are kept: SAMPAN_CONFIG, or `sampan` in the system's place for it. */
export function configFolder(): string {
  const { SAMPAN_CONFIG, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (SAMPAN_CONFIG) return SAMPAN_CONFIG;
  if (process.platform === "win32" && APPDATA) return path.join(APPDATA, "sampan");
  return path.join(XDG_CONFIG_HOME || path.join(os.homedir(), ".config"), "sampan");
}

/** Makes the config folder where it is not there. */
export function makeConfigFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw configFileError(thrown, "make the config folder", folder);
  }
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivateFile(file: string, content: string): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}.tmp`;
    fs.writeFileSync(temporary, content, { mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch (thrown) {
    throw configFileError(thrown, "write", file);
  }
}

/** What was thrown for a file of the config folder; `doing` completes "cannot …". */
export function configFileError(thrown: unknown, doing: string, file: string): SampanError {
  const elsewhere = "another config folder can be named in SAMPAN_CONFIG";
  if (isDiskFull(thrown)) {
    const message = `cannot ${doing} ${file}: the disk is full; make room, or ${elsewhere}`;
    return new SampanError("E_NO_SPACE", message, { path: file, cause: thrown });
  }
  const error = fileError(thrown, doing, file);
  if (error.code === "E_BUG") return error;
  return new SampanError("E_LOCAL_FILE", `${error.message}; ${elsewhere}`, { path: file, cause: thrown });
}
