// Ten thousand small files, both directions.
import { join } from "node:path";
import { lineUp } from "../line-up.mjs";
import { cp } from "../peers/cp.mjs";
import { rsyncDaemon } from "../peers/rsync-daemon.mjs";
import { rsyncSsh } from "../peers/rsync-ssh.mjs";
import { sampanTls } from "../peers/sampan.mjs";
import { scp } from "../peers/scp.mjs";
import { sftp } from "../peers/sftp.mjs";
import { tarSsh } from "../peers/tar-ssh.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { runRounds } from "../rounds.mjs";
import { makeSmallFiles } from "../source-files.mjs";
import { mib, ratioTo, table } from "../table.mjs";
import { verifyTree } from "../verify.mjs";

const what = "small";
const shape = { folders: 100, filesEach: 100, bytesEach: 4096 };
const files = shape.folders * shape.filesEach;
const peers = [sampanTls, rsyncSsh, rsyncDaemon, scp, sftp, tarSsh, cp];

export async function run({ runs }, leftOut) {
  const place = makeRamDisk({ sourceBytes: 2 ** 26, runBytes: 2 ** 26, hugePages: false });
  const source = join(place.source, what);
  makeSmallFiles(source, shape);
  const field = await lineUp(peers, "smallFiles", place, leftOut);
  const verify = (whole) => verifyTree(source, join(place.target, what), { bytes: whole });
  const results = await runRounds({
    contestants: field.contestants,
    runs,
    what,
    place,
    verify,
    leftOut,
    work: "small",
  });
  await field.stop();
  place.remove();
  for (const result of results) result.filesPerSecond = files / result.median.seconds;
  return { files, ...shape, runs, ramDisk: place.kind, results };
}

export function show({ runs, ramDisk, results }) {
  const rows = results.map((result) => [
    result.contestant,
    result.direction,
    result.filesPerSecond.toFixed(0),
    ratioTo(results, result, (one) => one.filesPerSecond),
    result.median.cpuSeconds.toFixed(2),
    `${result.median.clientCpuSeconds.toFixed(2)} + ${result.median.serverCpuSeconds.toFixed(2)}`,
    mib(result.median.clientPeakBytes),
    mib(result.median.serverPeakBytes),
  ]);
  const head = ["many small files", "way", "files/s", "sampan TLS is", "CPU s", "client + server", "peak MiB client"];
  const { folders, bytesEach } = shape;
  return `${files} files of ${bytesEach} bytes in ${folders} folders on ${ramDisk}; medians of ${runs} interleaved runs

${table([...head, "server"], rows)}`;
}
