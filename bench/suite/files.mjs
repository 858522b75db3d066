// Moving files: sampan against the programs that move files today (issue 2).
import { writeFileSync } from "node:fs";
import { machineFacts } from "../machine.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { checkProcessTree } from "../process-tree.mjs";
import { table } from "../table.mjs";
import { targets } from "../targets.mjs";
import { undoEverything } from "../undo.mjs";
import * as big from "../workload/big-file.mjs";
import * as memory from "../workload/memory.mjs";
import * as resume from "../workload/resume.mjs";
import * as small from "../workload/small-files.mjs";
import * as start from "../workload/start.mjs";

const workloads = { big, small, memory, resume, start };
const enoughRuns = 5;

export async function run(options) {
  checkProcessTree();
  const machine = { ...machineFacts(), congestionControl: prepareNetwork() };
  print(
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  );
  if (options.runs < enoughRuns) print(`A trial, not a result: fewer than ${enoughRuns} runs.`);

  const measured = {};
  const leftOut = [];
  for (const name of options.only) {
    try {
      measured[name] = await workloads[name].run(options, leftOut);
      print(workloads[name].show(measured[name]));
    } catch (error) {
      // The others may still work, and have taken their time.
      process.stderr.write(`bench: ${name}: ${error.stack}\n`);
      leftOut.push({ work: name, contestant: "all", why: error.message });
      process.exitCode = 1;
    } finally {
      undoEverything();
    }
  }
  const figures = targets(measured);
  const rows = figures.map(({ what, wanted, measured: value, pass }) => [what, wanted, value, verdict(pass)]);
  print(table(["figure to reach (issue 2)", "wanted", "measured", ""], rows));
  if (leftOut.length > 0) {
    print(`Left out:\n${leftOut.map(({ work, contestant, why }) => `- ${work}: ${contestant}: ${why}`).join("\n")}`);
  }
  if (options.json !== undefined) {
    writeFileSync(
      options.json,
      `${JSON.stringify({ machine, options, ...measured, figures, leftOut }, undefined, 2)}\n`,
    );
  }
}

function print(text) {
  process.stdout.write(`${text}\n\n`);
}

function verdict(pass) {
  if (pass === undefined) return "not measured";
  return pass ? "pass" : "MISS";
}
