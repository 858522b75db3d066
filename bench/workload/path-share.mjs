// What a transfer leaves to a TCP flow on the same path: the flow's rate alone, and beside it.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../median.mjs";
import { whyNotBuilt } from "../path-peers.mjs";
import { bytesPerSecond, lossName, mbitPerSecond, pathOptions } from "../path-settings.mjs";
import { sampanTls, sampanUdp } from "../peers/sampan.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { say } from "../rounds.mjs";
import { jobOnHostB } from "../slow-wire.mjs";
import { makeBigFile } from "../source-files.mjs";
import { table } from "../table.mjs";

const losses = [0, 0.1];
const what = "big.bin";
/** Both have begun, and found the rate that the path bears, before it is counted. */
const settleSeconds = 6;
const countSeconds = 15;
const aroundSeconds = 30;
const alone = "nothing";
const inside = fileURLToPath(new URL("path-share-inside.mjs", import.meta.url));

export async function run({ runs }, leftOut) {
  // More than the path can carry meanwhile, so that nobody is through before the end.
  const bytes = bytesPerSecond * (settleSeconds + countSeconds + 5);
  const place = makeRamDisk({ sourceBytes: bytes, runBytes: bytes, hugePages: false });
  makeBigFile(join(place.source, what), bytes);
  const besides = [alone];
  for (const peer of [sampanTls, sampanUdp]) {
    const why = whyNotBuilt(peer);
    if (why === undefined) besides.push(peer.name);
    else leftOut.push({ work: "share", contestant: peer.name, why });
  }
  const results = losses.flatMap((lossPercent) =>
    besides.map((beside) => ({ lossPercent, beside, failed: false, runs: [] })),
  );
  for (let round = 0; round < runs; round++) {
    for (const result of results.filter(({ failed }) => !failed)) {
      const label = `beside ${result.beside}, ${lossName(result.lossPercent)}`;
      try {
        const run = await together(result, place, round);
        result.runs.push(run);
        say(`share ${round + 1}/${runs}: ${label}: the flow has ${run.flowMbit.toFixed(1)} Mbit/s`);
      } catch (error) {
        result.failed = true;
        leftOut.push({ work: "share", contestant: label, why: error.message });
        process.exitCode = 1;
        say(`share ${round + 1}/${runs}: ${label}: FAILED: ${error.message}`);
      }
    }
  }
  place.remove();
  const measured = results.filter(({ failed }) => !failed);
  for (const result of measured) {
    result.flowMbit = median(result.runs.map(({ flowMbit }) => flowMbit));
    result.besideMbit = median(result.runs.map(({ besideMbit }) => besideMbit));
  }
  return { runs, settleSeconds, countSeconds, results: measured };
}

async function together({ lossPercent, beside }, place, round) {
  const { source, work } = place;
  const job = {
    beside: beside === alone ? undefined : beside,
    what,
    settleSeconds,
    countSeconds,
    ramDisk: { source, work },
  };
  const options = pathOptions(lossPercent, round, settleSeconds + countSeconds + aroundSeconds);
  const { flowBytes, besideBytes, seconds } = await jobOnHostB(options, inside, job);
  return { flowMbit: mbitPerSecond(flowBytes, seconds), besideMbit: mbitPerSecond(besideBytes, seconds) };
}

export function show({ runs, results }) {
  const rows = results.map(({ lossPercent, beside, flowMbit, besideMbit }) => {
    const free = results.find((one) => one.lossPercent === lossPercent && one.beside === alone);
    const isAlone = beside === alone;
    const share = free === undefined || isAlone ? undefined : `${((flowMbit / free.flowMbit) * 100).toFixed(0)} %`;
    return [
      `beside ${beside}`,
      lossName(lossPercent),
      flowMbit.toFixed(1),
      share,
      isAlone ? undefined : besideMbit.toFixed(1),
    ];
  });
  return `One TCP flow (curl from nginx, http) beside one get of sampan, both begun at once, counted for ${countSeconds} s after
the first ${settleSeconds}; medians of ${runs} runs

${table(["one TCP flow", "loss", "its Mbit/s", "of what it has alone", "the other's Mbit/s"], rows)}`;
}
