// System calls that leave the process for 10,000 messages, one send each: gathered by us, and one write a message.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../find-program.mjs";
import { peerFile, runPeer, startPeer } from "../framing-peer.mjs";
import { table } from "../table.mjs";
import { undoLater } from "../undo.mjs";

const messages = 10_000;
const writing = "write,writev,sendto,sendmsg,sendmmsg";

export async function run(_options, leftOut) {
  if (findProgram("strace") === undefined) {
    leftOut.push({ work: "writes", contestant: "all", why: "no strace" });
    return { results: [] };
  }
  // One count is all: it does not depend on time.
  const results = [];
  for (const [contestant, way] of [
    ["sampan, one send a message", []],
    ["one write a message", ["each"]],
  ]) {
    results.push({ contestant, calls: await callsOf(way) });
  }
  return { results };
}

async function callsOf(way) {
  const folder = mkdtempSync(join(tmpdir(), "sampan-bench-"));
  const forget = undoLater(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, "strace");
  const receiver = await startPeer(process.execPath, [peerFile("receive.mjs"), String(messages)]);
  const send = [process.execPath, peerFile("send.mjs"), String(receiver.port), String(messages), ...way];
  await runPeer("strace", ["-f", "-c", "-o", log, "-e", `trace=${writing}`, ...send]);
  await receiver.stop();
  const total = /^\s*[\d.]+\s+[\d.]+\s+\d*\s+(\d+)\s+(?:\d+\s+)?total$/m.exec(readFileSync(log, "utf8"));
  forget();
  return Number(total?.[1]);
}

export function show({ results }) {
  return `System calls that write (strace -c -f), ${messages} messages of 36 bytes, the process's other writes included

${table(
  ["sender", "calls"],
  results.map(({ contestant, calls }) => [contestant, calls]),
)}`;
}
