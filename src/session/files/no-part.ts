import type { PartFile } from "../ports.js";

/** What a dry run takes up of a file: nothing. */
export const noPart: PartFile = {
  held: new Map(),
  async write() {},
  async commit() {},
  discard() {},
  async close() {},
};
