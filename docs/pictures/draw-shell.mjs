/*
 * node docs/pictures/draw-shell.mjs
 *
 * Draws docs/pictures/shell.svg from what stands on a real terminal (tmux): a shell is opened, something is left running
 * in it, it is detached, listed, and taken up again.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { svgOf } from "./terminal-svg.mjs";

const program = fileURLToPath(new URL("../../bin/sampan.mjs", import.meta.url));
const columns = 92;
const label = "A shell is opened, detached, listed, and taken up again";
const scratch = mkdtempSync(join(tmpdir(), "sampan-picture-"));
const env = {
  ...process.env,
  HOME: scratch,
  SAMPAN_CONFIG: join(scratch, "config"),
  SHELL: "/bin/sh",
  PS1: "$ ",
  LANG: "C.UTF-8",
};
const socket = join(scratch, "tmux");

function tmux(...args) {
  return execFileSync("tmux", ["-u", "-S", socket, ...args], { env, encoding: "utf8" });
}

function screen() {
  return tmux("capture-pane", "-p").trimEnd();
}

async function until(pattern) {
  while (!pattern.test(screen())) await pause(50);
}

async function type(line) {
  tmux("send-keys", "-l", line);
  tmux("send-keys", "Enter");
}

mkdirSync(join(scratch, "work"));
writeFileSync(join(scratch, "work", "Makefile"), "all:\n\t@for n in 1 2 3; do echo step $$n; done; sleep 3600\n");
const server = spawn(
  process.execPath,
  [program, "serve", "work", "--host", "127.0.0.1", "--port", "0", "--allow-run", "--hidden", "--json"],
  { cwd: scratch, env: { ...env, PS1: "box$ " }, stdio: ["ignore", "pipe", "inherit"] },
);
try {
  const [line] = await once(createInterface(server.stdout), "line");
  execFileSync(process.execPath, [program, "remote", "add", "box"], {
    env: { ...env, SAMPAN_LINK: JSON.parse(line).runLink },
    stdio: "ignore",
  });
  writeFileSync(join(scratch, "sampan"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  env.PATH = `${scratch}:${env.PATH}`;
  tmux("-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", "40", "sh");
  await until(/\$$/);
  await type("sampan shell box -- bash");
  await until(/[$#]$/);
  await type("PS1='box$ '; clear");
  await until(/^box\$$/);
  await type("make");
  await until(/step 3/);
  tmux("send-keys", "C-]", "d");
  await until(/it goes on, as \w+\n+\$$/);
  await type("sampan shell box --list");
  await until(/alone for/);
  const [, id] = /as ([0-9a-f]{8})/.exec(screen());
  const before = screen().split("\n");
  await type(`clear; sampan shell box --attach ${id}`);
  await until(/^box\$ make\n(step \d\n?){3}$/);
  const after = screen().split("\n");
  const rows = [
    "$ sampan shell box -- bash",
    ...before,
    { note: "                                             (later)" },
    `$ sampan shell box --attach ${id}`,
    ...after,
    "^C",
    "box$ ",
  ];
  tmux("send-keys", "C-c");
  await until(/box\$$/);
  const lines = rows
    .filter((row) => row.note ?? row.trim() !== "$")
    .map((row) =>
      row.note ? { text: row.note, tone: "note" } : { text: row, tone: /^(box)?\$ /.test(row) ? "typed" : "" },
    );
  writeFileSync(fileURLToPath(new URL("shell.svg", import.meta.url)), svgOf(lines, { columns, label }));
  for (const { text } of lines) console.log(text);
} finally {
  try {
    tmux("kill-server");
  } catch {
    // It has ended.
  }
  server.kill();
  await once(server, "close");
  rmSync(scratch, { recursive: true, force: true });
}
