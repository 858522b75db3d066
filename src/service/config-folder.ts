import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where this user's certificate, tokens and remotes are kept: SAMPAN_CONFIG, or `sampan` in the system's place for it. */
export function configFolder(): string {
  const { SAMPAN_CONFIG, XDG_CONFIG_HOME, APPDATA } = process.env;
  if (SAMPAN_CONFIG) return SAMPAN_CONFIG;
  if (process.platform === "win32" && APPDATA) return path.join(APPDATA, "sampan");
  return path.join(XDG_CONFIG_HOME || path.join(os.homedir(), ".config"), "sampan");
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivateFile(file: string, content: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, content, { mode: 0o600 });
  fs.renameSync(temporary, file);
}
