// A transfer that is killed half way, and the same command again: how long until new content moves, against how long
// it takes to read what was finished, which is what tools without a journal do first.
//
// Reading from a RAM disk with dd is the harshest comparison there is. Reading is also timed with a hash over it, as
// resuming without a journal means hashing; and a line says from which size on the figure would hold on other disks.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { formatBytes } from "../bytes.mjs";
import { measure } from "../measure.mjs";
import { medians } from "../median.mjs";
import { sampanTls } from "../peers/sampan.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { say } from "../rounds.mjs";
import * as sampan from "../servers/sampan.mjs";
import { makeBigFile } from "../source-files.mjs";
import { ms, percent, table } from "../table.mjs";
import { undoLater } from "../undo.mjs";
import { verifyBytes, verifySize } from "../verify.mjs";

const what = "big.bin";
const readBack = fileURLToPath(new URL("read-back.mjs", import.meta.url));
// Events come some times a second; to end near the half, the kill is due a little earlier.
const killAtShare = 0.45;
const attempts = 5;
const limitMs = 300_000;

export async function run({ bigBytes, runs }, leftOut) {
  const why = sampan.whyNotWorking();
  if (why !== undefined) {
    leftOut.push({ work: "resume", contestant: "sampan", why });
    return { results: [] };
  }
  const place = makeRamDisk({ sourceBytes: bigBytes, runBytes: bigBytes, hugePages: true });
  const source = join(place.source, what);
  makeBigFile(source, bigBytes);
  const server = await sampan.start(place);
  const results = [];
  const taken = { get: [], put: [] };
  for (let round = 0; round < runs; round++) {
    for (const direction of ["get", "put"]) {
      if (taken[direction] === undefined) continue;
      try {
        const command = sampanTls.bigFile[direction](server, place, what);
        const resumed = await interruptAndResume(command, place, bigBytes);
        (round === 0 ? verifyBytes : verifySize)(source, join(place.target, what));
        const run = { ...resumed, ...(await readingTimes(source, resumed.resumedBytes)) };
        taken[direction].push(run);
        say(`resume ${round + 1}/${runs}: ${direction}: first new block after ${run.firstBlockSeconds.toFixed(3)} s`);
      } catch (error) {
        taken[direction] = undefined;
        leftOut.push({ work: "resume", contestant: `sampan TLS ${direction}`, why: error.message });
        process.exitCode = 1;
        say(`resume ${round + 1}/${runs}: ${direction} FAILED: ${error.message}`);
      }
    }
  }
  await server.stop();
  place.remove();
  for (const [direction, all] of Object.entries(taken)) {
    if (all !== undefined && all.length > 0) results.push({ direction, median: medians(all), runs: all });
  }
  return { bytes: bigBytes, results };
}

async function interruptAndResume(command, place, bytes) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    place.emptyTarget();
    const interrupted = await follow(
      command,
      place,
      (event) => event.event === "progress" && event.bytes >= killAtShare * bytes,
    );
    if (interrupted.killed) return again(command, place, bytes);
  }
  throw new Error(
    `${attempts} times the transfer was over before its events said that half was done; try a larger --size`,
  );
}

async function again(command, place, bytes) {
  const run = await follow(command, place, () => false);
  const firstBlock = run.events.find(({ event }) => event.event === "progress" && event.sentBytes > 0);
  const connected = run.events.find(({ event }) => event.event === "connected");
  const done = run.events.at(-1)?.event;
  if (run.status !== 0 || done?.event !== "done") {
    throw new Error(
      `the same command again ended with ${run.signal ?? `status ${run.status}`}: ${JSON.stringify(done)}`,
    );
  }
  if (firstBlock === undefined) throw new Error("no progress event of the second run had sentBytes > 0");
  if (done.resumedBytes === 0) throw new Error("the second run took up nothing (resumedBytes is 0)");
  return {
    firstBlockSeconds: firstBlock.seconds,
    connectedSeconds: connected?.seconds ?? Number.NaN,
    wholeSeconds: run.seconds,
    resumedBytes: done.resumedBytes,
    sentBytes: done.sentBytes,
    sentTwiceBytes: done.resumedBytes + done.sentBytes - bytes,
  };
}

/** Runs the command, each event with the moment at which it came; kill -9 as soon as `killAt` says so. */
async function follow({ file, args, env }, place, killAt) {
  const keepPages = place.giveWarmPages();
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
  const forget = undoLater(() => child.kill("SIGKILL"));
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const events = [];
  let killed = false;
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    if (killed || !line.startsWith("{")) return;
    const event = JSON.parse(line);
    events.push({ seconds: since(), event });
    if (event.event !== "done" && killAt(event)) killed = child.kill("SIGKILL");
  });
  const [status, signal] = await new Promise((resolve, reject) => {
    child.on("error", reject);
    // "close", not "exit": all events have been read then.
    child.on("close", (...how) => resolve(how));
  });
  const seconds = since();
  keepPages();
  clearTimeout(limit);
  forget();
  // Killed too late if it had ended by itself.
  return { killed: killed && signal === "SIGKILL", status, signal, seconds, events };
}

async function readingTimes(source, bytes) {
  const count = Math.max(1, Math.round(bytes / 2 ** 20));
  const dd = await measure({ file: "dd", args: [`if=${source}`, "of=/dev/null", "bs=1M", `count=${count}`] });
  const read = (hash) => {
    const { status, stdout } = spawnSync(process.execPath, [readBack, source, String(count * 2 ** 20), hash]);
    return status === 0 ? Number(stdout) : Number.NaN;
  };
  return {
    ddSeconds: dd.seconds,
    readSeconds: read("none"),
    readBlake3Seconds: read("blake3"),
    readSha256Seconds: read("sha256"),
    // The start of the program is no part of resuming, but of the time that somebody waits; so both are reported.
    versionSeconds: (await measure({ file: process.execPath, args: [sampan.program, "--version"] })).seconds,
  };
}

export function show({ bytes, results }) {
  const rows = [];
  for (const { direction, median: run } of results) {
    const withoutStart = Math.max(0, run.firstBlockSeconds - run.versionSeconds);
    const row = (name, seconds) => [
      name,
      direction,
      ms(seconds),
      seconds === undefined ? undefined : percent(run.firstBlockSeconds, seconds),
      seconds === undefined ? undefined : percent(withoutStart, seconds),
    ];
    rows.push(
      [`first new block (${formatBytes(run.resumedBytes)} were there)`, direction, ms(run.firstBlockSeconds), "", ""],
      ["- of it until connected", direction, ms(run.connectedSeconds), "", ""],
      ["- sampan --version alone", direction, ms(run.versionSeconds), "", ""],
      row("reading what was there: dd bs=1M", run.ddSeconds),
      row("reading it in Node", run.readSeconds),
      row("reading it in Node with BLAKE3", run.readBlake3Seconds),
      row("reading it in Node with SHA-256", run.readSha256Seconds),
    );
  }
  const notes = results.map(({ direction, median: run }) => {
    // As long as the wait does not grow with the file.
    const from = (bytesPerSecond) => formatBytes((run.firstBlockSeconds / 0.05) * bytesPerSecond);
    const ram = run.resumedBytes / run.ddSeconds;
    return (
      `${direction}: the wait for the first block is 5 % of reading ${from(ram)} at ${(ram / 1e9).toFixed(1)} GB/s ` +
      `(dd from this RAM disk), ${from(3e9)} at 3 GB/s (a fast SSD), ${from(5e8)} at 0.5 GB/s; ` +
      `sent twice: ${formatBytes(run.sentTwiceBytes)}`
    );
  });
  return `A transfer of ${formatBytes(bytes ?? 0)} killed (-9) about half way, then the same command again

${table(["resume", "way", "ms", "first block is", "without start-up"], rows)}

${notes.join("\n")}`;
}
