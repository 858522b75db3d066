// One big file of random bytes, both directions.
import { join } from "node:path";
import { formatBytes } from "../bytes.mjs";
import { lineUp } from "../line-up.mjs";
import { negotiatedCipher } from "../negotiated-cipher.mjs";
import { bareNodePlain, bareNodeTls } from "../peers/bare-node.mjs";
import { cp } from "../peers/cp.mjs";
import { curlHttp, curlHttps } from "../peers/nginx.mjs";
import { rsyncDaemon } from "../peers/rsync-daemon.mjs";
import { rsyncSsh } from "../peers/rsync-ssh.mjs";
import { sampanPlain, sampanTls } from "../peers/sampan.mjs";
import { scp } from "../peers/scp.mjs";
import { sftp } from "../peers/sftp.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { runRounds } from "../rounds.mjs";
import { cipher as sshCipher } from "../servers/sshd.mjs";
import { makeBigFile } from "../source-files.mjs";
import { mib, ratioTo, table } from "../table.mjs";
import { verifyBytes, verifySize } from "../verify.mjs";

const what = "big.bin";
const peers = [
  sampanTls,
  sampanPlain,
  scp,
  sftp,
  rsyncSsh,
  rsyncDaemon,
  curlHttps,
  curlHttp,
  bareNodeTls,
  bareNodePlain,
  cp,
];

export async function run({ bigBytes, runs }, leftOut) {
  const place = makeRamDisk({ sourceBytes: bigBytes, runBytes: bigBytes, hugePages: true });
  const source = join(place.source, what);
  makeBigFile(source, bigBytes);
  const field = await lineUp(peers, "bigFile", place, leftOut);
  const ciphers = await ciphersOf(field);
  const verify = (whole) => (whole ? verifyBytes : verifySize)(source, join(place.target, what));
  const results = await runRounds({ contestants: field.contestants, runs, what, place, verify, leftOut, work: "big" });
  await field.stop();
  place.remove();
  const gb = bigBytes / 1e9;
  for (const result of results) {
    result.gbPerSecond = gb / result.median.seconds;
    result.slowestGbPerSecond = gb / Math.max(...result.runs.map((run) => run.seconds));
    result.fastestGbPerSecond = gb / Math.min(...result.runs.map((run) => run.seconds));
    result.cpuSecondsPerGb = result.median.cpuSeconds / gb;
    result.clientCpuSecondsPerGb = result.median.clientCpuSeconds / gb;
    result.serverCpuSecondsPerGb = result.median.serverCpuSeconds / gb;
  }
  return { bytes: bigBytes, runs, ramDisk: place.kind, ciphers, results };
}

export function show({ bytes, runs, ramDisk, ciphers, results }) {
  const head = ["one big file", "way", "GB/s", "slowest–fastest", "sampan TLS is", "CPU s/GB", "client + server"];
  const rows = results.map((result) => [
    result.contestant,
    result.direction,
    result.gbPerSecond.toFixed(2),
    `${result.slowestGbPerSecond.toFixed(2)}–${result.fastestGbPerSecond.toFixed(2)}`,
    ratioTo(results, result, (one) => one.gbPerSecond),
    result.cpuSecondsPerGb.toFixed(2),
    `${result.clientCpuSecondsPerGb.toFixed(2)} + ${result.serverCpuSecondsPerGb.toFixed(2)}`,
    mib(result.median.clientPeakBytes),
    mib(result.median.serverPeakBytes),
  ]);
  return `${formatBytes(bytes)} of random bytes on ${ramDisk}; medians of ${runs} interleaved runs; GB = 10⁹ bytes
${Object.entries(ciphers)
  .map(([name, cipher]) => `${name}: ${cipher}`)
  .join("; ")}

${table([...head, "peak MiB client", "server"], rows)}

${floorLines(results).join("\n")}`;
}

/** What of the time is Node's and the kernel's, and what is ours. */
function floorLines(results) {
  const speed = (name, way) =>
    results.find(({ contestant, direction }) => contestant === name && direction === way)?.gbPerSecond;
  return ["TLS", "plain"].flatMap((kind) =>
    ["get", "put"].map((way) => {
      const ratio = speed(`sampan ${kind}`, way) / speed(`bare Node ${kind}`, way);
      return `sampan ${kind} ${way} is ${Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "– ×"} bare Node ${kind}`;
    }),
  );
}

async function ciphersOf(field) {
  const ciphers = {};
  if (field.server("sampan")) {
    // The client of sampan may ask for another; what is said here is what the server prefers.
    ciphers["sampan serve"] = await negotiatedCipher(field.server("sampan").tlsPort, ["sampan/1"]);
  }
  if (field.server("nginx")) ciphers.nginx = await negotiatedCipher(field.server("nginx").tlsPort);
  if (field.server("bare-node")) ciphers["bare Node"] = await negotiatedCipher(field.server("bare-node").tlsPort);
  if (field.server("sshd")) ciphers["scp, sftp, rsync over ssh"] = sshCipher;
  return ciphers;
}
