import { openLocalTarget } from "../../src/store/local-tree.js";
import { contend } from "../contenders.js";
import { fileEntry, targetOptions } from "./scratch.js";

const target = openLocalTarget(process.argv[2] as string, targetOptions);

contend(async (path) => {
  try {
    await target.begin(path, fileEntry(path, 5));
    return "holds";
  } catch (error) {
    return String((error as { code?: string }).code);
  }
});
