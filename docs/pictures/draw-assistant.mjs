/*
 * node docs/pictures/draw-assistant.mjs            (after `node scripts/build.mjs --tests`)
 *
 * Draws docs/pictures/assistant.svg from what the built program really shows on a terminal: three messages that a client
 * sends arrive in two reads, and are three frames. Needs a Linux with python3, for the terminal.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { PtyProcess } from "../../build/tests/test/assistant/pty-process.js";
import { svgOf } from "./terminal-svg.mjs";

const columns = 92;
const endings = [];
const frame = (text) => {
  const body = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};

const args = ["listen", "9000", "--frame", "u32be", "--reply", "PING=>PONG"];
const terminal = new PtyProcess({ after: (end) => endings.push(end) }, columns, args);
try {
  await terminal.lastRow(">");
  const client = net.connect(9000, "127.0.0.1");
  await once(client, "connect");
  await terminal.row(/connected/);
  const sticky = Buffer.concat([frame("PING"), frame("two messages, one read"), frame("你好, 粘包")]);
  client.write(sticky.subarray(0, 45));
  await terminal.row(/frame 2/);
  client.write(sticky.subarray(45));
  await terminal.row(/frame 3/);
  terminal.type("/show both\r");
  await terminal.row(/shown as text and hex/);
  terminal.type("typed: \\x01\\u4f60\r");
  await terminal.row(/0000 {2}00 00 00/);
  client.write(Buffer.from("ffffffff4f4f5053", "hex"));
  await terminal.row(/frames are lost/);
  terminal.type("/frame line");
  await terminal.lastRow("> /frame line");
  const lines = terminal.screen.rows.map((text) => ({ text, tone: toneOf(text) }));
  client.destroy();
  const all = [{ text: `$ sampan ${args.join(" ").replace("PING=>PONG", "'PING=>PONG'")}`, tone: "typed" }, ...lines];
  const label = "Three messages arrive in two reads and are shown as three frames; one is answered by a rule";
  writeFileSync(fileURLToPath(new URL("assistant.svg", import.meta.url)), svgOf(all, { columns, label }));
  for (const { text } of all) console.log(text);
} finally {
  for (const end of endings) await end();
}

function toneOf(text) {
  if (text.startsWith(">")) return "typed";
  return /[▸⤷]| {2}[0-9a-f]{6} {2}/.test(text) ? "note" : "";
}
