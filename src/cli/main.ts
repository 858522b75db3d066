import { readFileSync, writeSync } from "node:fs";

/**
 * The way in of the command line. `--version` is answered before anything else is loaded, and the rest of the program
 * only when it is needed: scripts ask for the version, shells for completions, and both should not wait.
 */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    try {
      writeSync(1, `${packageVersion()}\n`);
      return;
    } catch {
      // The rest of the program tries again, and knows what to say where nobody reads it or the disk is full.
    }
  }
  if (argv[0] === "__complete") {
    const { complete } = await import("./whole-program.js");
    await complete(argv.slice(1));
    process.exit(0);
  }
  const { runProgram } = await import("./whole-program.js");
  await runProgram(argv, packageVersion());
}

/** The version in package.json, two folders above the built file. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
