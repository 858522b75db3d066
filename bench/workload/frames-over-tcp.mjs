// Small frames from one process to another over loopback: ours, whose sender gathers, against the tutorials' Python pair.
import { findProgram } from "../find-program.mjs";
import { peerFile, runPeer, startPeer } from "../framing-peer.mjs";
import { median } from "../median.mjs";
import { say } from "../rounds.mjs";
import { table } from "../table.mjs";

const bodyBytes = 36;
const contestants = [
  { name: "sampan", file: process.execPath, receive: "receive.mjs", send: "send.mjs", frames: 3_000_000 },
  { name: "tutorial, Python", file: "python3", receive: "receive.py", send: "send.py", frames: 150_000 },
];

export async function run({ runs }, leftOut) {
  const present = contestants.filter(({ name, file }) => {
    const isThere = file === process.execPath || findProgram(file) !== undefined;
    if (!isThere) leftOut.push({ work: "tcp", contestant: name, why: `no ${file}` });
    return isThere;
  });
  const rates = new Map(present.map(({ name }) => [name, []]));
  for (let round = 0; round < runs; round++) {
    for (let i = 0; i < present.length; i++) {
      const contestant = present[(i + round) % present.length];
      const rate = await measureOnce(contestant);
      rates.get(contestant.name).push(rate);
      say(`tcp ${round + 1}/${runs}: ${contestant.name} ${(rate / 1e6).toFixed(2)} million frames a second`);
    }
  }
  return {
    results: present.map(({ name }) => ({
      contestant: name,
      framesPerSecond: median(rates.get(name)),
      runs: rates.get(name),
    })),
  };
}

async function measureOnce({ file, receive, send, frames }) {
  const receiver = await startPeer(file, [peerFile(receive), String(frames)]);
  const seconds = Number(await runPeer(file, [peerFile(send), String(receiver.port), String(frames)]));
  await receiver.stop();
  return frames / seconds;
}

export function show({ results }) {
  const own = results.find(({ contestant }) => contestant === "sampan");
  const rows = results.map(({ contestant, framesPerSecond }) => [
    contestant,
    (framesPerSecond / 1e6).toFixed(2),
    own && `${(own.framesPerSecond / framesPerSecond).toFixed(1)} ×`,
  ]);
  return `A length of 4 bytes and ${bodyBytes} bytes, one send a message, over loopback TCP, medians

${table(["pair", "million a second", "sampan to it"], rows)}`;
}
