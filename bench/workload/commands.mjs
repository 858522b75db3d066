// Running commands: whole processes, an open connection, and a long output, against ssh.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { lineUp } from "../line-up.mjs";
import { measure } from "../measure.mjs";
import { median } from "../median.mjs";
import { makeRamDisk } from "../ram-disk.mjs";
import { say } from "../rounds.mjs";
import * as sampan from "../servers/sampan.mjs";
import { makeBigFile } from "../source-files.mjs";
import { ms, table } from "../table.mjs";

const outputBytes = 512 * 2 ** 20;
/** Commands one after the other in one measurement over an open connection. */
const commandsInARow = 100;
const processRuns = 20;

const peers = [
  { name: "sampan", server: "sampan", needs: [], commands: { run: (server) => sampanRun(server) } },
  { name: "ssh", server: "sshd", needs: ["ssh"], commands: { run: (server) => sshRun(server) } },
];

function sampanRun(server) {
  return (...argv) => ({
    file: process.execPath,
    args: [sampan.program, "run", "bench", "--no-stdin", "--", ...argv],
    env: server.clientEnv,
  });
}

function sshRun(server) {
  return (...argv) => ({ file: "ssh", args: ["-n", ...server.clientArgs, server.host, ...argv] });
}

export async function run({ runs }, leftOut) {
  const place = makeRamDisk({ sourceBytes: outputBytes, runBytes: 0, hugePages: true });
  const big = join(place.source, "big.bin");
  makeBigFile(big, outputBytes);
  const field = await lineUp(peers, "commands", place, leftOut, { flags: { sampan: ["--allow-run"] } });
  const contestants = field.contestants.map(({ name, server, command }) => ({ name, server, start: command() }));
  const seconds = Object.fromEntries(contestants.map(({ name }) => [name, { process: [], output: [] }]));
  const node = [];
  for (let round = 0; round < processRuns; round++) {
    node.push((await measure({ file: process.execPath, args: ["-e", "0"] })).seconds);
    for (const { name, start } of contestants) seconds[name].process.push((await measure(start("true"))).seconds);
  }
  say(`commands: ${processRuns} × true`);
  for (let round = 0; round < runs; round++) {
    for (const { name, start } of contestants) seconds[name].output.push((await measure(start("cat", big))).seconds);
    say(`commands: output ${round + 1}/${runs}`);
  }
  const open = { sampan: [], ssh: [] };
  const sshd = field.server("sshd");
  const sampanServer = field.server("sampan");
  const control = sshd && openControl(sshd, place);
  for (let round = 0; round < runs; round++) {
    if (sampanServer) open.sampan.push(overOpenConnection(sampanServer));
    if (control) open.ssh.push(control.commandsPerSecond());
    say(`commands: open connection ${round + 1}/${runs}`);
  }
  control?.close();
  await field.stop();
  place.remove();
  return {
    runs,
    nodeSeconds: median(node),
    contestants: contestants.map(({ name }) => ({
      contestant: name,
      processSeconds: median(seconds[name].process),
      mibPerSecond: outputBytes / 2 ** 20 / median(seconds[name].output),
      perSecond: open[name].length > 0 ? median(open[name]) : undefined,
    })),
    all: { seconds, open, node },
  };
}

/** A master connection, and a new ssh process for each command over it. */
function openControl(sshd, place) {
  const socket = join(place.work, "ssh-control");
  const args = [...sshd.clientArgs, "-S", socket];
  const must = (more) => {
    const { status, stderr } = spawnSync("ssh", [...args, ...more], { stdio: ["ignore", "ignore", "pipe"] });
    if (status !== 0) throw new Error(`ssh ${more.join(" ")}: status ${status}: ${stderr}`);
  };
  // With its own streams closed, or it would keep ours open.
  const started = spawnSync("ssh", [...args, "-MNf", sshd.host], { stdio: "ignore" });
  if (started.status !== 0) throw new Error(`ssh -M ended with status ${started.status}`);
  return {
    commandsPerSecond() {
      const begin = performance.now();
      for (let one = 0; one < commandsInARow; one++) must([sshd.host, "true"]);
      return (commandsInARow * 1000) / (performance.now() - begin);
    },
    close: () => must(["-O", "exit", sshd.host]),
  };
}

/** The same by the library, in a process of its own, whose start does not count. */
function overOpenConnection({ runLink, clientEnv }) {
  const program = `
    import { connect } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const peer = await connect(process.env.SAMPAN_LINK);
    const one = () => peer.run(["true"], { input: "none" }).collect();
    await one();
    const begin = performance.now();
    for (let count = 0; count < ${commandsInARow}; count++) await one();
    console.log((${commandsInARow} * 1000) / (performance.now() - begin));
    await peer.close();`;
  const env = { ...process.env, ...clientEnv, SAMPAN_LINK: runLink };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`commands over an open connection: status ${status}: ${stderr}`);
  return Number(stdout);
}

export function show({ runs, nodeSeconds, contestants }) {
  const rows = contestants.map(({ contestant, processSeconds, mibPerSecond, perSecond }) => [
    contestant,
    ms(processSeconds),
    perSecond?.toFixed(0),
    mibPerSecond.toFixed(0),
  ]);
  const head = [
    "running commands",
    "true, whole process, ms",
    "true, open connection, a second",
    "512 MiB of cat, MiB/s",
  ];
  return `Medians of ${runs} interleaved runs (whole processes: ${processRuns}); node -e 0 alone takes ${ms(nodeSeconds)} ms

${table(head, rows)}`;
}
