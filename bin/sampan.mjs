#!/usr/bin/env node
// Starts the built program; says how to build it where that has not been done.
import module from "node:module";

// Keeps the compiled code from one start to the next, where this Node can (22.8 and later).
module.enableCompileCache?.();
let main;
try {
  ({ main } = await import("../dist/cli-bundle/main.js"));
} catch (error) {
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || !String(error.message).includes("dist/cli-bundle/main.js")) throw error;
  process.stderr.write('sampan: not built yet; run "npm start" (or "npm install && npm run build") in its folder\n');
  process.exit(1);
}
await main();
