import { closeSync, existsSync, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { underConfigLock } from "../../src/service/config-lock.js";
import { contend } from "../contenders.js";

const folder = process.argv[2] as string;
const inside = join(folder, "somebody-is-inside");

contend(async () => {
  try {
    underConfigLock(folder, "tokens", () => {
      closeSync(openSync(inside, "wx"));
      // As long as reading and writing a book takes.
      for (let count = 0; count < 200; count++) existsSync(inside);
      unlinkSync(inside);
    });
    return "was alone";
  } catch (error) {
    return String(error);
  }
});
