// How much memory each end of sampan takes at its peak, for a big file and for a sparse one that is far bigger.
import { statSync } from "node:fs";
import { join } from "node:path";
import { formatBytes } from "../bytes.mjs";
import { measure } from "../measure.mjs";
import { sampanTls } from "../peers/sampan.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { say } from "../rounds.mjs";
import * as sampan from "../servers/sampan.mjs";
import { makeBigFile, makeSparseFile } from "../source-files.mjs";
import { mib, table } from "../table.mjs";
import { verifySize } from "../verify.mjs";

const slowestBytesPerSecond = 100e6;

export async function run({ bigBytes, sparseBytes }, leftOut) {
  const why = sampan.whyNotWorking();
  if (why !== undefined) {
    leftOut.push({ work: "memory", contestant: "sampan", why });
    return { results: [] };
  }
  // No room for the sparse file as a whole: an end that fills the holes fails on a full disk.
  const place = makeRamDisk({ sourceBytes: bigBytes, runBytes: bigBytes, hugePages: true });
  const files = [
    { what: "big.bin", kind: "random", bytes: bigBytes, make: makeBigFile },
    { what: "sparse.bin", kind: "sparse", bytes: sparseBytes, make: makeSparseFile },
  ];
  const results = [];
  for (const { what, kind, bytes, make } of files) {
    const source = join(place.source, what);
    make(source, bytes);
    for (const direction of ["get", "put"]) {
      place.emptyTarget();
      const label = `${direction}, ${kind}, ${formatBytes(bytes)}`;
      let server;
      try {
        // A new server each time: its peak from its start on, not from what an earlier transfer left it with.
        server = await sampan.start(place, { name: `memory-${kind}-${direction}` });
        const timeoutMs = 60_000 + (bytes / slowestBytesPerSecond) * 1000;
        const cost = await measure(sampanTls.bigFile[direction](server, place, what), { server, place, timeoutMs });
        const target = join(place.target, what);
        verifySize(source, target);
        const allocatedBytes = statSync(target).blocks * 512;
        results.push({ direction, kind, bytes, allocatedBytes, ...cost });
        say(`memory: ${label}: ${cost.seconds.toFixed(2)} s`);
      } catch (error) {
        leftOut.push({ work: "memory", contestant: `sampan TLS ${label}`, why: error.message });
        process.exitCode = 1;
        say(`memory: ${label}: FAILED: ${error.message}`);
      }
      await server?.stop();
    }
  }
  place.remove();
  return { results };
}

export function show({ results }) {
  const rows = results.map((result) => [
    `${formatBytes(result.bytes)} ${result.kind}`,
    result.direction,
    mib(result.clientPeakBytes),
    mib(result.serverPeakBytes),
    result.seconds.toFixed(2),
    formatBytes(result.allocatedBytes),
  ]);
  return `Peak resident memory (VmHWM) of each end of sampan TLS, one run each with a new server

${table(["memory", "way", "peak MiB client", "server", "seconds", "taken on the RAM disk"], rows)}`;
}
