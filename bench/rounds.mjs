// Interleaved runs: one of each contestant, then again, so that what drifts in the machine hits everybody alike. Each
// round has an order of its own, so that nobody always runs after the same one, whose memory it would take over.
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
    for (const result of shuffled(results, round)) {
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

/** The same order in every bench (Fisher and Yates, with a linear congruential generator that begins at `seed`). */
function shuffled(list, seed) {
  const order = [...list];
  let state = seed;
  for (let last = order.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}
