import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answersOn, freePort, loopback, startDaemon } from "../daemon.mjs";
import { findProgram } from "../find-program.mjs";

export const needs = ["rsync"];

export async function start(place, { address = loopback } = {}) {
  const folder = join(place.work, "rsync-daemon");
  mkdirSync(folder);
  const port = await freePort();
  const configuration = join(folder, "rsyncd.conf");
  // As root the daemon would become nobody, who may not write to the target.
  const identity = process.getuid() === 0 ? "uid = root\ngid = root\n" : "";
  writeFileSync(
    configuration,
    `pid file = ${join(folder, "pid")}
use chroot = no
${identity}[files]
path = ${place.files}
read only = no
`,
  );
  const daemon = await startDaemon({
    file: findProgram("rsync"),
    args: ["--daemon", "--no-detach", `--config=${configuration}`, `--address=${address}`, `--port=${port}`],
    logPath: join(folder, "log"),
    isReady: () => answersOn(port, address),
  });
  return { ...daemon, url: `rsync://${address}:${port}/files` };
}
