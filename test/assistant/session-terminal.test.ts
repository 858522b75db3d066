import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { displayWidth } from "../../src/cli/display-width.js";
import { type PtyProcess, sampanOnTerminal } from "../cli/screen/pty-process.js";
import { needs } from "../needs.js";
import { dial, listen, type Peer } from "./assistant-process.js";

async function started(
  context: TestContext,
  columns: number,
  ...flags: string[]
): Promise<{ terminal: PtyProcess; port: number }> {
  const terminal = sampanOnTerminal(context, columns, ["listen", "tcp://127.0.0.1:0", ...flags]);
  const port = Number(/:(\d+)/.exec(await terminal.row(/listening on/))?.[1]);
  await terminal.lastRow(">");
  return { terminal, port };
}

/** Waits until the peer has connected and is shown. */
async function shownPeer(context: TestContext, terminal: PtyProcess, port: number): Promise<Peer> {
  const peer = await dial(context, port);
  await terminal.row(new RegExp(`● 127\\.0\\.0\\.1:${peer.socket.localPort} connected`));
  return peer;
}

const pty = { ...needs("python3", "linux"), timeout: 30_000 };

test("on a terminal what happens goes by above the line that is being typed", pty, async (context) => {
  const { terminal, port } = await started(context, 80);
  const peer = await shownPeer(context, terminal, port);
  terminal.type("half a 中");
  await terminal.lastRow("> half a 中");
  peer.socket.write("hello\n");
  assert.match(await terminal.row(/hello/), /^\d\d:\d\d:\d\d\.\d{3} {2}1 ▸ 6 B {2}hello\\n$/);
  await terminal.lastRow("> half a 中");
  terminal.type("文\\x21\r");
  await peer.has("half a 中文!\n");
  await terminal.row(/ 1 ◂ 15 B {2}half a 中文!\\n$/);
  await terminal.lastRow(">");
  terminal.type("\x1b[A");
  await terminal.lastRow("> half a 中文\\x21");
  terminal.type("\x15/quit\r");
  assert.equal(await terminal.ended, 0);
});

test(
  "chunks stand beside frames, long ones wrap, and a typed line of several rows stays below",
  pty,
  async (context) => {
    const { terminal, port } = await started(context, 80, "--frame", "line");
    const peer = await shownPeer(context, terminal, port);
    const typed = "长".repeat(50);
    terminal.type(typed);
    await terminal.lastRow("长".repeat(11));
    peer.socket.write(`one\n${"宽".repeat(60)}\n`);
    await terminal.row(/├ frame 1, 3 B {2}one$/);
    await terminal.row(/├ frame 2, 180 B {2}宽+$/);
    await terminal.lastRow("长".repeat(11));
    const { rows } = terminal;
    assert.equal(rows.filter((row) => row.includes("长")).length, 2, rows.join("\n"));
    assert.ok(rows.every((row) => displayWidth(row) <= 80));
    const frame = rows.slice(
      rows.findIndex((row) => row.includes("frame 2")),
      -2,
    );
    assert.equal(frame.join("").replace(/[^宽]/g, "").length, 60);
    terminal.type("\r");
    await peer.has(`${typed}\n`);
  },
);

test("commands on a terminal: whom to send to, how to show, another rule, peers", pty, async (context) => {
  const { terminal, port } = await started(context, 80);
  const one = await shownPeer(context, terminal, port);
  const two = await shownPeer(context, terminal, port);
  terminal.type("/to 2\r");
  await terminal.lastRow("2>");
  terminal.type("only two\r/hex 00 ff\r");
  await two.has(Buffer.concat([Buffer.from("only two\n"), Buffer.from([0, 255])]));
  terminal.type("/show both\r");
  await terminal.row(/^bytes are shown as text and hex/);
  one.socket.write("hex");
  await terminal.row(/^ {2}000000 {2}68 65 78 {40,}hex$/);
  terminal.type("/frame u8\r/to all\r");
  await terminal.row(/^frames by u8 from here on/);
  terminal.type("x\r");
  await one.has("\x01x");
  terminal.type("/peers\r/nonsense\rbad \\q\r");
  await terminal.row(/^ {2}2 {2}127\.0\.0\.1:/);
  await terminal.row(/! there is no command \/nonsense/);
  await terminal.row(/! "\\q" at character 5 is no escape/);
  terminal.type("/close 1\r");
  await one.end();
  await terminal.row(/ 1 ○ closed/);
  terminal.type("\x03");
  assert.equal(await terminal.ended, 0);
});

test("a narrower terminal wraps what comes at its new width", pty, async (context) => {
  const { terminal, port } = await started(context, 80);
  const peer = await shownPeer(context, terminal, port);
  await terminal.resize(50);
  terminal.type("/show text\r");
  await terminal.row(/^bytes are shown as text/);
  peer.socket.write("n".repeat(60));
  const first = await terminal.row(/nnn/);
  assert.equal(first.length, 50);
});

test("Ctrl-D ends sending and the session shows the rest; the peer's end is the end", pty, async (context) => {
  const server = await listen(context);
  const terminal = sampanOnTerminal(context, 80, ["connect", `tcp://127.0.0.1:${server.port}`]);
  const peer = await server.next();
  await terminal.lastRow(">");
  terminal.type("bye\r\x04");
  await peer.end();
  await peer.has("bye\n");
  peer.socket.end("and more");
  await terminal.row(/▸ 8 B {2}and more/);
  assert.equal(await terminal.ended, 0);
});

test("what a peer sends cannot command the terminal", pty, async (context) => {
  const { terminal, port } = await started(context, 80);
  const peer = await shownPeer(context, terminal, port);
  peer.socket.write("\x1b[2J\x1b]0;title\x07\u202e\u009b31m");
  await terminal.row(/\\x1b\[2J\\x1b\]0;title\\x07\\u202e\\u009b31m/);
});
