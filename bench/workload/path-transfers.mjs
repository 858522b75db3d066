// One file over paths with more and more loss. Each transfer has a wire and a server of its own: hosts that have talked
// to each other before start quicker, as the kernel remembers what the path bore.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatBytes } from "../bytes.mjs";
import { median } from "../median.mjs";
import { pathContestants, whyNotBuilt, yardsticks } from "../path-peers.mjs";
import { lossName, mbitPerSecond, pathOptions } from "../path-settings.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { say } from "../rounds.mjs";
import { jobOnHostB } from "../slow-wire.mjs";
import { makeBigFile } from "../source-files.mjs";
import { table } from "../table.mjs";

const losses = [0, 0.1, 1];
const what = "big.bin";
/** Whoever is not through by then has the rate that he had until then. */
const limitSeconds = 60;
/** For the servers to start, and for everything to be taken down. */
const aroundSeconds = 30;
const inside = fileURLToPath(new URL("path-transfer-inside.mjs", import.meta.url));

export async function run({ bigBytes, runs }, leftOut) {
  const place = makeRamDisk({ sourceBytes: bigBytes, runBytes: bigBytes, hugePages: false });
  makeBigFile(join(place.source, what), bigBytes);
  const results = field(leftOut);
  for (let round = 0; round < runs; round++) {
    for (let i = 0; i < results.length; i++) {
      const result = results[(i + round) % results.length];
      if (result.failed) continue;
      const label = `${result.contestant} ${result.direction}, ${lossName(result.lossPercent)}`;
      try {
        const run = await transfer(result, place, bigBytes, round);
        result.runs.push(run);
        say(`transfers ${round + 1}/${runs}: ${label}: ${run.mbit.toFixed(1)} Mbit/s${run.cutOff ? ", cut off" : ""}`);
      } catch (error) {
        // As elsewhere: who fails once has no figure.
        result.failed = true;
        leftOut.push({ work: "transfers", contestant: label, why: error.message });
        process.exitCode = 1;
        say(`transfers ${round + 1}/${runs}: ${label}: FAILED: ${error.message}`);
      }
    }
  }
  place.remove();
  const measured = results.filter(({ failed }) => !failed);
  for (const result of measured) {
    result.mbit = median(result.runs.map(({ mbit }) => mbit));
    result.cutOff = result.runs.some(({ cutOff }) => cutOff);
  }
  return { bytes: bigBytes, runs, limitSeconds, results: measured };
}

function field(leftOut) {
  const present = [];
  for (const { peer, way } of pathContestants) {
    const why = whyNotBuilt(peer);
    if (why === undefined) present.push({ contestant: peer.name, direction: way });
    else leftOut.push({ work: "transfers", contestant: `${peer.name} ${way}`, why });
  }
  return losses.flatMap((lossPercent) => present.map((one) => ({ ...one, lossPercent, failed: false, runs: [] })));
}

async function transfer({ contestant, direction, lossPercent }, place, bytes, round) {
  const { source, work } = place;
  const job = { contestant, direction, what, limitSeconds, isFirst: round === 0, ramDisk: { source, work } };
  const options = pathOptions(lossPercent, round, limitSeconds + aroundSeconds);
  const { seconds, movedBytes, cutOff } = await jobOnHostB(options, inside, job);
  return { mbit: mbitPerSecond(cutOff ? Math.min(movedBytes, bytes) : bytes, seconds), seconds, cutOff };
}

export function show({ bytes, runs, results }) {
  const at = (loss) => results.filter(({ lossPercent }) => lossPercent === loss);
  const best = (loss) =>
    Math.max(...at(loss).map(({ contestant, mbit }) => (yardsticks.includes(contestant) ? mbit : Number.NaN) || 0));
  const names = [...new Set(pathContestants.map(({ peer, way }) => JSON.stringify([peer.name, way])))];
  const rows = names
    .map((name) => JSON.parse(name))
    .filter(([name, way]) => results.some((one) => one.contestant === name && one.direction === way))
    .map(([name, way]) => [
      name,
      way,
      ...losses.flatMap((loss) => {
        const result = at(loss).find((one) => one.contestant === name && one.direction === way);
        if (result === undefined) return [undefined, undefined];
        const ratio = result.mbit / best(loss);
        const rate = `${result.mbit.toFixed(1)}${result.cutOff ? "*" : ""}`;
        return [rate, Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : undefined];
      }),
    ]);
  const head = ["Mbit/s", "way", ...losses.flatMap((loss) => [lossName(loss), "to best"])];
  return `${formatBytes(bytes)} of random bytes, whole processes, medians of ${runs} interleaved runs; "to best": to the best
of scp, rsync over ssh and curl, all get, at the same loss; *: not through within ${limitSeconds} s, the rate until then

${table(head, rows)}`;
}
