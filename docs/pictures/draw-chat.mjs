/*
 * node docs/pictures/draw-chat.mjs
 *
 * Draws docs/pictures/chat.svg from what the built program really shows on a terminal (tmux): a room with two people
 * and a script. Needs tmux.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, serve } from "../../dist/index.js";
import { svgOf } from "./terminal-svg.mjs";

const program = fileURLToPath(new URL("../../bin/sampan.mjs", import.meta.url));
const [columns, rows] = [76, 13];
const scratch = mkdtempSync(join(tmpdir(), "sampan-picture-"));
const folder = join(scratch, "served");
mkdirSync(folder);
const server = await serve({ folder, host: "127.0.0.1", port: 0, configFolder: join(scratch, "config"), udp: false });
const tmux = (...args) => execFileSync("tmux", ["-L", "sampan-picture", ...args], { encoding: "utf8" });
const shows = async (pattern) => {
  for (;;) {
    const text = tmux("capture-pane", "-p");
    if (pattern.test(text)) return text;
    await sleep(50);
  }
};

try {
  const command = `SAMPAN_LINK='${server.link}' NO_COLOR=1 ${process.execPath} ${program} chat : builds --name ann`;
  tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), command);
  await shows(/you are ann/);
  const peer = await connect(server.link);
  const bob = await peer.chat("builds", { name: "bob" });
  await shows(/bob came in/);
  await bob.say("has the night build gone through? 夜间构建好了吗?");
  await shows(/bob: /);
  tmux("send-keys", "-l", "nearly, the last tests are running");
  tmux("send-keys", "Enter");
  await shows(/ann: nearly/);
  const ci = await peer.chat("builds", { name: "ci" });
  await ci.say("build 1204: 3,110 tests passed");
  writeFileSync(join(scratch, "report.html"), "x".repeat(48_200));
  await ci.sendFile(join(scratch, "report.html"));
  await ci.leave();
  await shows(/ci left/);
  tmux("send-keys", "-l", "/get report.html");
  tmux("send-keys", "Enter");
  await shows(/report.html is here/);
  tmux("send-keys", "-l", "thanks, ci ");
  bob.typing();
  writeFileSync(fileURLToPath(new URL("chat.svg", import.meta.url)), drawing(await shows(/bob is typing/)));
  rmSync("report.html", { force: true });
  tmux("kill-server");
  await peer.close();
} finally {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
}

function drawing(screen) {
  const typed = "$ sampan chat box builds --name ann";
  const tone = (line) => (line === typed ? "typed" : /^(\d\d:\d\d )?[*─]/.test(line) ? "note" : "");
  const lines = [typed, ...screen.trimEnd().split("\n")].map((text) => ({ text, tone: tone(text) }));
  const label =
    "A chat room on a terminal: messages scroll above the line that is typed; one puts a file into the room";
  return svgOf(lines, { columns, label });
}
