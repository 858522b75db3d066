// Interleaved runs: one of each contestant, then again, so that what drifts in the machine hits everybody alike. Each
// round begins with another contestant, so that nobody always runs after the same one.
import { measure } from "./measure.mjs";
import { medians } from "./median.mjs";

/**
 * @param verify (name, whole): throws unless what was moved is there; `whole` asks for every byte, once per contestant.
 * @returns one entry per contestant, with all its runs and their medians
 */
export async function runRounds({ contestants, runs, what, place, verify, leftOut, work }) {
  const results = contestants.map((contestant) => ({ contestant, runs: [] }));
  const out = new Set();
  for (let round = 0; round < runs; round++) {
    for (let i = 0; i < results.length; i++) {
      const result = results[(i + round) % results.length];
      const { contestant } = result;
      if (out.has(result)) continue;
      place.emptyTarget();
      try {
        const cost = await measure(contestant.command(what), { server: contestant.server, place });
        verify(round === 0);
        result.runs.push(cost);
        say(`${work} ${round + 1}/${runs}: ${contestant.name} ${contestant.direction} ${cost.seconds.toFixed(3)} s`);
      } catch (error) {
        // A contestant that fails once has no figure: a median of the runs that went well would flatter it.
        out.add(result);
        const name = `${contestant.name} ${contestant.direction}`;
        leftOut.push({ work, contestant: name, why: error.message });
        process.exitCode = 1;
        say(`${work} ${round + 1}/${runs}: ${name} FAILED: ${error.message}`);
      }
    }
  }
  place.emptyTarget();
  return results
    .filter((result) => !out.has(result))
    .map(({ contestant, runs: costs }) => ({
      contestant: contestant.name,
      direction: contestant.direction,
      median: medians(costs),
      runs: costs,
    }));
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}
