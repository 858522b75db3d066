// The services beside files: sampan against the programs that do the same today (issue 4).
import { writeFileSync } from "node:fs";
import { machineFacts } from "../machine.mjs";
import { prepareNetwork } from "../own-namespace.mjs";
import { checkProcessTree } from "../process-tree.mjs";
import { table } from "../table.mjs";
import { undoEverything } from "../undo.mjs";
import * as commands from "../workload/commands.mjs";
import * as shellEcho from "../workload/shell-echo.mjs";

/** Each has run(options, leftOut), show(measured) and figures(measured): rows of {what, wanted, measured}, as ratios. */
const workloads = { commands, "shell-echo": shellEcho };

export async function run(options) {
  checkProcessTree();
  const machine = { ...machineFacts(), congestionControl: prepareNetwork() };
  const facts = Object.entries(machine).map(([name, value]) => `${name}: ${value}`);
  print(facts.join("\n"));
  const measured = {};
  const figures = [];
  const leftOut = [];
  for (const [name, workload] of Object.entries(workloads)) {
    try {
      measured[name] = await workload.run(options, leftOut);
      print(workload.show(measured[name]));
      figures.push(...workload.figures(measured[name]));
    } catch (error) {
      process.stderr.write(`bench: ${name}: ${error.stack}\n`);
      leftOut.push({ work: name, contestant: "all", why: error.message });
      process.exitCode = 1;
    } finally {
      undoEverything();
    }
  }
  print(table(["figure to reach (issue 4)", "wanted", "measured", ""], figures.map(figureRow)));
  if (leftOut.length > 0) {
    print(`Left out:\n${leftOut.map(({ work, contestant, why }) => `- ${work}: ${contestant}: ${why}`).join("\n")}`);
  }
  if (options.json === undefined) return;
  writeFileSync(options.json, `${JSON.stringify({ machine, options, ...measured, figures, leftOut }, undefined, 2)}\n`);
}

function figureRow({ what, wanted, measured }) {
  const isMeasured = Number.isFinite(measured);
  const verdict = wanted === undefined ? "" : !isMeasured ? "not measured" : measured >= wanted ? "pass" : "MISS";
  return [what, wanted && `≥ ${wanted} ×`, isMeasured ? `${measured.toFixed(2)} ×` : undefined, verdict];
}

function print(text) {
  process.stdout.write(`${text}\n\n`);
}
