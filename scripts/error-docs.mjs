/* `npm run error-docs`: docs/errors.md from src/wire/error-code.ts, as built; `--print` writes to standard output. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../dist/wire/error-code.js";
import { root } from "./tree.mjs";

const exitMeanings = {
  0: "Done.",
  1: "A bug in sampan.",
  2: "The command was not understood.",
  3: "Could not connect or listen.",
  4: "The peer broke the protocol.",
  5: "Refused, or not authenticated.",
  6: "A local file or disk was in the way.",
  7: "The bytes are not those that were sent.",
  8: "Partly done; the same command goes on from there.",
  9: "Timed out.",
  126: "Found, and cannot be run (`sampan run`).",
  127: "Not found (`sampan run`).",
  130: "Interrupted; the same command goes on from there.",
};

/** The text of docs/errors.md. */
function errorDocs() {
  const rows = Object.entries(errorTable).map(
    ([code, row]) => `| \`${code}\` | ${row.wire} | ${row.retryable ? "yes" : "no"} | ${row.exit} | ${row.means} |`,
  );
  const exits = [...new Set([0, ...Object.values(errorTable).map((row) => row.exit)])].sort((a, b) => a - b);
  const exitRows = exits.map((exit) => {
    if (exitMeanings[exit] === undefined)
      throw new Error(`exit status ${exit} needs a meaning in scripts/error-docs.mjs`);
    const codes = Object.keys(errorTable).filter((code) => errorTable[code].exit === exit);
    return `| ${exit} | ${exitMeanings[exit]} | ${codes.map((code) => `\`${code}\``).join(", ")} |`;
  });
  return `# Errors

Made by \`npm run error-docs\` from \`src/wire/error-code.ts\`; change that table, not this page.

Every failure has one of these codes: in the library as \`error.code\` of a \`SampanError\`, on the command line at the
beginning of the last line and with \`--json\` as \`"code"\`, on the wire as its number. A number is never used again for
something else. *Retry* says whether the same call can succeed later without anything else being changed.

| code | number | retry | exit status | meaning |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## Exit statuses

| status | meaning | codes |
| --- | --- | --- |
${exitRows.join("\n")}
`;
}

if (process.argv.includes("--print")) process.stdout.write(errorDocs());
else writeFileSync(join(root, "docs", "errors.md"), errorDocs());
