// Cutting small frames out of large chunks: what a decoder costs and nothing else.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { whyNoPackage } from "../framing-packages.mjs";
import { median } from "../median.mjs";
import { frameDecoders } from "../peers/frame-decoders.mjs";
import { say } from "../rounds.mjs";
import { table } from "../table.mjs";

export const bodyBytes = 36;
export const chunkBytes = 65_536;
export const measuredFrames = 500_000;

const program = join(import.meta.dirname, "decode-frames-once.mjs");

export async function run({ runs }, leftOut) {
  const names = [];
  for (const [name, decoder] of Object.entries(frameDecoders)) {
    const why = decoder.package === undefined ? undefined : await whyNoPackage(decoder.package);
    if (why === undefined) names.push(name);
    else leftOut.push({ work: "decode", contestant: name, why });
  }
  const times = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      const nanoseconds = measureOnce(name);
      times.get(name).push(nanoseconds);
      say(`decode ${round + 1}/${runs}: ${name} ${nanoseconds.toFixed(1)} ns a frame`);
    }
  }
  return {
    results: names.map((name) => ({
      contestant: name,
      isOwn: frameDecoders[name].package === undefined,
      nanoseconds: median(times.get(name)),
      runs: times.get(name),
    })),
  };
}

function measureOnce(name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, name], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name}: ${stderr.trim()}`);
  return Number(stdout);
}

export function show({ results }) {
  const own = results.find(({ contestant }) => contestant === "sampan push");
  const rows = results.map(({ contestant, nanoseconds }) => [
    contestant,
    nanoseconds.toFixed(1),
    (1000 / nanoseconds).toFixed(2),
    own === undefined ? undefined : `${(nanoseconds / own.nanoseconds).toFixed(2)} ×`,
  ]);
  return `Decoding a length of 4 bytes and ${bodyBytes} bytes, chunks of 64 KiB, medians

${table(["decoder", "ns a frame", "million a second", "time to sampan push's"], rows)}`;
}
