// A chat message to 500 members: when it reaches the first, the median and the last, and what the server takes.
// On its own:  node bench/workload/chat.mjs [RUNS]
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../median.mjs";
import { peakBytesOf, treeOf } from "../process-tree.mjs";
import * as sampan from "../servers/sampan.mjs";
import { mib, table } from "../table.mjs";
import { undoLater } from "../undo.mjs";

const members = 500;
const processes = 2;
const defaultRuns = 20;
const sizes = [100, 100_000, 1024 * 1024];
const membersProgram = fileURLToPath(new URL("../peers/chat/members.mjs", import.meta.url));

export async function run({ runs = defaultRuns } = {}, leftOut = []) {
  const why = sampan.whyNotWorking();
  if (why !== undefined) {
    leftOut.push({ work: "chat", contestant: "sampan", why });
    return { results: [] };
  }
  const work = mkdtempSync(join(tmpdir(), "sampan-bench-chat-"));
  const remove = undoLater(() => rmSync(work, { recursive: true, force: true }));
  const files = join(work, "files");
  mkdirSync(files);
  const server = await sampan.start({ work, files });
  const { link } = JSON.parse(server.printed().split("\n")[0]);
  const idleBytes = peakBytesOf(treeOf(server.pid));
  const crowd = Array.from({ length: processes }, () =>
    fork(membersProgram, [String(members / processes), "bench"], { env: { ...process.env, SAMPAN_LINK: link } }),
  );
  const forget = undoLater(() => crowd.forEach((child) => child.kill("SIGKILL")));
  const { connect } = await import("../../dist/index.js");
  try {
    await Promise.all(crowd.map((child) => told(child, ({ ready }) => ready !== undefined)));
    const peer = await connect(link);
    const room = await peer.chat("bench", { name: "speaker", history: 0 });
    const results = [];
    for (const bytes of sizes) results.push(await measureSize(room, crowd, bytes, bytes > 500_000 ? 3 : runs, server));
    await room.leave();
    await peer.close();
    const ended = crowd.map((child) => once(child, "exit"));
    for (const child of crowd) child.send("end");
    await Promise.all(ended);
    return { members, idleBytes, results };
  } finally {
    forget();
    await server.stop();
    remove();
  }
}

async function measureSize(room, crowd, bytes, runs, server) {
  const spreads = [];
  const medians = [];
  for (let run = 0; run < runs; run++) {
    const text = `${bytes}-${run}`.padEnd(20);
    const arrivals = crowd.map((child) => told(child, (message) => message.text === text));
    const begin = performance.timeOrigin + performance.now();
    await room.say(text.padEnd(bytes, "x"));
    const times = (await Promise.all(arrivals)).flatMap((message) => message.times).sort((a, b) => a - b);
    medians.push(median(times) - begin);
    spreads.push(times.at(-1) - median(times));
  }
  return {
    bytes,
    runs,
    medianMs: median(medians),
    spreadMs: median(spreads),
    worstSpreadMs: Math.max(...spreads),
    serverPeakBytes: peakBytesOf(treeOf(server.pid)),
  };
}

function told(child, matches) {
  return new Promise((resolve, reject) => {
    const take = (message) => {
      if (message.failure) reject(new Error(message.failure));
      if (!matches(message)) return;
      child.off("message", take);
      resolve(message);
    };
    child.on("message", take);
  });
}

export function show({ members: count, idleBytes, results }) {
  const ms = (value) => value.toFixed(1);
  const rows = results.map(({ bytes, runs, medianMs, spreadMs, worstSpreadMs, serverPeakBytes }) => [
    `${bytes} B`,
    runs,
    ms(medianMs),
    ms(spreadMs),
    ms(worstSpreadMs),
    mib(serverPeakBytes),
  ]);
  const head = ["message", "runs", "median after, ms", "last after median, ms", "worst", "server's peak, MiB"];
  return `A message to ${count} members over TLS; the server alone takes ${mib(idleBytes)} MiB

${table(head, rows)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const runs = process.argv[2] === undefined ? defaultRuns : Number(process.argv[2]);
  console.log(show(await run({ runs })));
}
