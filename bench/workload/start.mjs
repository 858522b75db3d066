// What it costs to start the program at all.
import { measure } from "../measure.mjs";
import { median } from "../median.mjs";
import * as sampan from "../servers/sampan.mjs";
import { ms, table } from "../table.mjs";

const runs = 20;
const node = { file: process.execPath, args: ["-e", "0"] };
const version = { file: process.execPath, args: [sampan.program, "--version"] };

export async function run(_, leftOut) {
  const why = sampan.whyNotWorking();
  if (why !== undefined) leftOut.push({ work: "start", contestant: "sampan", why });
  const seconds = { node: [], sampan: [] };
  for (let i = 0; i < runs; i++) {
    seconds.node.push((await measure(node)).seconds);
    if (why === undefined) seconds.sampan.push((await measure(version)).seconds);
  }
  return {
    runs,
    nodeSeconds: median(seconds.node),
    sampanSeconds: why === undefined ? median(seconds.sampan) : undefined,
    all: seconds,
  };
}

export function show({ nodeSeconds, sampanSeconds }) {
  const ratio = sampanSeconds === undefined ? undefined : `${(sampanSeconds / nodeSeconds).toFixed(2)} ×`;
  const rows = [
    ["node -e 0", ms(nodeSeconds), undefined],
    ["sampan --version", ms(sampanSeconds), ratio],
  ];
  return `Whole processes, medians of ${runs} interleaved runs

${table(["start", "ms", "is node's"], rows)}`;
}
