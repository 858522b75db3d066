// What all suites do: say what the machine is, run the workloads one after another, show them, then the figures to reach.
import { writeFileSync } from "node:fs";
import { machineFacts } from "./machine.mjs";
import { table } from "./table.mjs";
import { undoEverything } from "./undo.mjs";

/**
 * @param workloads {name: {run(options, leftOut), show(measured)}}
 * @param facts of this suite, beside those of the machine
 * @param figures (measured by workload) => rows {what, wanted, measured, pass}; left out where none are wanted
 * @param issue the number of the issue that wants them
 * @param enoughRuns with fewer a figure is no result
 */
export async function runSuite(options, { workloads, facts, figures: figuresOf, issue, enoughRuns = 5 }) {
  const machine = { ...machineFacts(), ...facts };
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
  const figures = figuresOf?.(measured) ?? [];
  const rows = figures.map(({ what, wanted, measured: value, pass }) => [what, wanted, value, verdict(wanted, pass)]);
  if (rows.length > 0) print(table([`figure to reach (issue ${issue})`, "wanted", "measured", ""], rows));
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

function verdict(wanted, pass) {
  if (wanted === "") return "";
  if (pass === undefined) return "not measured";
  return pass ? "pass" : "MISS";
}
