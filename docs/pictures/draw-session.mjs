/*
 * node docs/pictures/draw-session.mjs
 *
 * Draws docs/pictures/session.svg from what the built program really prints: a put that is killed with SIGKILL on the
 * way, the same command again, and the digest. Needs a Linux with util-linux's `script`, for a terminal.
 */
import { spawn } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { svgOf } from "./terminal-svg.mjs";

const program = fileURLToPath(new URL("../../bin/sampan.mjs", import.meta.url));
const columns = 104;
const label = "A put is killed on the way; the same command goes on where it stopped; both ends have the same digest";
const scratch = mkdtempSync(join(tmpdir(), "sampan-picture-"));
const env = { ...process.env, SAMPAN_CONFIG: join(scratch, "config"), TERM: "xterm", SHELL: "/bin/sh" };

/** What stands on the terminal at the end of a command, which is killed as soon as `killWhen` matches. */
async function onTerminal(args, killWhen) {
  const pidFile = join(scratch, "pid");
  const line = `stty cols ${columns}; echo $$ > ${pidFile}; exec ${process.execPath} ${program} ${args}`;
  const terminal = spawn("script", ["-qec", line, "/dev/null"], {
    cwd: scratch,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  let killed = false;
  terminal.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    if (!killed && killWhen?.test(text)) process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
    killed ||= killWhen?.test(text) ?? false;
  });
  await once(terminal, "close");
  return screenOf(text);
}

/** Progress is drawn over itself: only the last drawing counts, and what was erased does not. */
function screenOf(text) {
  return text
    .split("\r\n")
    .map((line) =>
      line
        .split("\r")
        .at(-1)
        .replace(/\x1b\[[?0-9;]*[A-Za-z]/g, ""),
    )
    .flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, "gu")) ?? []); // a terminal wraps
}

mkdirSync(join(scratch, "films"));
writeFileSync(join(scratch, "film.mp4"), randomFillSync(Buffer.alloc(120 * 2 ** 20)));
const server = spawn(process.execPath, [program, "serve", "films", "--host", "127.0.0.1", "--port", "0", "--json"], {
  cwd: scratch,
  env,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = await once(createInterface(server.stdout), "line");
  const add = spawn(process.execPath, [program, "remote", "add", "movies"], {
    env: { ...env, SAMPAN_LINK: JSON.parse(line).link },
    stdio: "ignore",
  });
  await once(add, "close");
  const put = "put film.mp4 movies:/2026/ --bwlimit 20M";
  const typed = (text) => ({ text: `$ sampan ${text}`, tone: "typed" });
  const plain = (text) => ({ text, tone: "" });
  const lines = [
    typed(put),
    ...(await onTerminal(put, /\b[67]\d%/)).map(plain),
    { text: "Killed                                       (kill -9 from another terminal)", tone: "note" },
    typed(put),
    ...(await onTerminal(put, undefined)).map(plain),
    typed("hash film.mp4"),
    ...(await onTerminal("hash film.mp4", undefined)).map(plain),
    typed("ls -l movies:/2026"),
    ...(await onTerminal("ls -l movies:/2026", undefined)).map(plain),
  ];
  writeFileSync(fileURLToPath(new URL("session.svg", import.meta.url)), svgOf(lines, { columns, label }));
  for (const { text } of lines) console.log(text);
} finally {
  server.kill();
  await once(server, "close");
  rmSync(scratch, { recursive: true, force: true });
}
