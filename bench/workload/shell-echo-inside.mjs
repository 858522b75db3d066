// The two ends of shell-echo.mjs: started between two hosts without a word, it starts itself on both hosts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "../../dist/index.js";

const keys = 50;
const echoPort = 7799;
const self = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL("../../bin/sampan.mjs", import.meta.url));
const [role, link] = process.argv.slice(2);

if (role === "client") process.stdout.write(JSON.stringify(await measure()));
else if (role === "echo") net.createServer({ noDelay: true }, (socket) => socket.pipe(socket)).listen(echoPort);
else await bothEnds();

async function bothEnds() {
  const { A, B, B_IP } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "sampan-bench-"));
  mkdirSync(join(folder, "served"));
  const env = { ...process.env, SAMPAN_CONFIG: join(folder, "config") };
  const on = (host, args, stdio) => {
    const [file, ...before] = host.split(" ");
    return spawn(file, [...before, process.execPath, ...args], { env, stdio });
  };
  const serve = ["serve", join(folder, "served"), "--host", B_IP, "--port", "0", "--allow-run", "--hidden", "--json"];
  const server = on(B, [program, ...serve], ["ignore", "pipe", "inherit"]);
  const echo = on(B, [self, "echo"], ["ignore", "ignore", "inherit"]);
  try {
    const [line] = await once(createInterface(server.stdout), "line");
    const client = on(A, [self, "client", JSON.parse(line).runLink], ["ignore", "inherit", "inherit"]);
    const [status] = await once(client, "close");
    process.exitCode = status ?? 1;
  } finally {
    for (const one of [server, echo]) {
      one.kill();
      await once(one, "close");
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure() {
  const socket = net.connect({ host: process.env.B_IP, port: echoPort, noDelay: true });
  await once(socket, "connect");
  const tcp = await echoes(socket);
  socket.destroy();
  const peer = await connect(link);
  const shell = await peer.shell({ command: ["sh", "-c", "stty raw -echo; echo ready; exec cat"] });
  shell.resume();
  await once(shell, "data");
  const measured = { keys, tcp, shell: await echoes(shell) };
  shell.write("\x04");
  await peer.shells.end(shell.id);
  await shell.ended;
  await peer.close();
  return measured;
}

/** Keys as somebody types them: each after the echo of the one before, and a moment. */
async function echoes(stream) {
  const times = [];
  for (let key = 0; key < keys; key++) {
    await pause(20 + Math.random() * 40);
    const startMs = performance.now();
    const echoed = once(stream, "data");
    stream.write("x");
    await echoed;
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  return { medianMs: times[keys >> 1], slowMs: times[Math.floor(keys * 0.95)] };
}
