#!/usr/bin/env node
// Starts the built program; says how to build it where that has not been done.
import module, { createRequire } from "node:module";

// Keeps the compiled code from one start to the next, where this Node can (22.8 and later).
module.enableCompileCache?.();
let main;
try {
  ({ main } = createRequire(import.meta.url)("./bundle.cjs").loadMain());
} catch (error) {
  if (error?.code !== "ENOENT" || !String(error.path).endsWith("main.cjs")) throw error;
  process.stderr.write('sampan: not built yet; run "npm start" (or "npm install && npm run build") in its folder\n');
  process.exit(1);
}
await main();
