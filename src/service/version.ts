import { createRequire } from "node:module";

/** The version in package.json, which lies two folders above the built file. */
export const version: string = createRequire(import.meta.url)("../../package.json").version;

export const agent = `sampan/${version}`;
