import fs from "node:fs";
import path from "node:path";
import { errnoOf } from "../../store/file-error.js";
import { isAlive, ownTag } from "../../store/process-tag.js";
import { SampanError } from "../../wire/sampan-error.js";

/**
 * Keeps two servers of one folder from writing to the same histories: a file that holds the tag of its process. One
 * whose process is gone is taken over. Returns what lets go of it. E_BUSY.
 */
export function lockRooms(folder: string): () => void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, "lock");
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      fs.writeFileSync(file, ownTag(), { flag: "wx", mode: 0o600 });
      return () => fs.rmSync(file, { force: true });
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    if (isAlive(fs.readFileSync(file, "utf8"))) break;
    fs.rmSync(file, { force: true });
  }
  throw new SampanError("E_BUSY", "another server of the same folder has the chat rooms: talk there, or end it");
}
