// npm run bench -- [SUITE] [options]: measures sampan against the programs that people use today.
import { readdirSync } from "node:fs";
import { readOptions, usage } from "./options.mjs";
import { insideOwnNamespace, runInOwnNamespace } from "./own-namespace.mjs";
import { leave, leaveOnSignals } from "./undo.mjs";

const suites = readdirSync(new URL("suite/", import.meta.url))
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => name.slice(0, -".mjs".length))
  .sort();

// What one machine adds to every start of Node, and not to its peers', is not what is measured: certificates of a company
// alone take Node 20 some 30 ms.
for (const name of ["NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"]) delete process.env[name];

let options;
try {
  options = readOptions(process.argv.slice(2), suites);
} catch (error) {
  process.stderr.write(`${error.message}\n\n${usage(suites)}`);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(usage(suites));
  process.exit(0);
}
if (process.platform !== "linux") {
  process.stderr.write("The bench counts CPU and memory by /proc, so it runs on Linux only.\n");
  process.exit(2);
}

const suite = await import(`./suite/${options.suite}.mjs`);
const ignoreSignals = leaveOnSignals();
if (!insideOwnNamespace()) {
  // Before entering the namespace: in there is no network but loopback.
  if (options.install) suite.install();
  ignoreSignals();
  const status = await runInOwnNamespace(process.argv.slice(1));
  if (status !== undefined) process.exit(status);
  leaveOnSignals();
}

try {
  await suite.run(options);
} catch (error) {
  process.stderr.write(`bench: ${error.stack ?? error}\n`);
  process.exitCode = 1;
}
leave(process.exitCode ?? 0);
