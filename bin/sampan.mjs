#!/usr/bin/env node
// Starts the built program; says how to build it where that has not been done.
let main;
try {
  ({ main } = await import("../dist/cli-bundle/main.js"));
} catch (error) {
  if (error?.code !== "ERR_MODULE_NOT_FOUND" || !String(error.message).includes("dist/cli-bundle/main.js")) throw error;
  process.stderr.write('sampan: not built yet; run "npm start" (or "npm install && npm run build") in its folder\n');
  process.exit(1);
}
await main();
