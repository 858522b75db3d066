import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { dial, type Peer } from "../../assistant/assistant-process.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";
import { Tmux } from "../shell/tmux.js";
import { PtyProcess, program, sampanOnTerminal } from "./pty-process.js";

const pty = { ...needs("python3", "linux"), timeout: 20_000 };

/** sampan listen on a terminal, and somebody who has connected to it. */
async function started(context: TestContext, columns: number): Promise<{ terminal: PtyProcess; peer: Peer }> {
  const terminal = sampanOnTerminal(context, columns, ["listen", "tcp://127.0.0.1:0", "--frame", "line"]);
  await terminal.until((rows) => oneLine(rows).endsWith("/help>"), "prompt");
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(terminal.rows.join(""))?.[1]);
  const peer = await dial(context, port);
  await terminal.until((rows) => /connected/.test(oneLine(rows)), "peer");
  return { terminal, peer };
}

/** Rows as the line that they were before they were wrapped and indented. */
function oneLine(rows: readonly string[]): string {
  return rows.join("").replace(/\s+/g, "");
}

/** The numbers of the frames that are shown, in their order. */
function frames(rows: readonly string[]): number[] {
  return [...oneLine(rows).matchAll(/├frame(\d+),5BE(\d{4})/g)].map(([, number, text]) => {
    assert.equal(Number(number), Number(text));
    return Number(number);
  });
}

function events(from: number, to: number): string {
  return numbers(from, to)
    .map((number) => `E${String(number).padStart(4, "0")}\n`)
    .join("");
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** What a terminal of so many columns makes of it; none of its characters may be cut. */
function wrapped(text: string, columns: number): string[] {
  const rows: string[] = [];
  let row = "";
  let width = 0;
  for (const character of text) {
    const more = character > "\u2e80" ? 2 : 1;
    if (width + more > columns) {
      rows.push(row);
      [row, width] = ["", 0];
    }
    row += character;
    width += more;
  }
  return [...rows, row];
}

/** Types one key after the other, each read by itself. */
async function typeKeys(terminal: PtyProcess, before: string, text: string): Promise<void> {
  let typed = before;
  for (const key of text) {
    typed += key;
    terminal.type(key);
    await terminal.until((rows) => oneLine(rows).endsWith(`>${typed}`), typed);
  }
}

for (const columns of [20, 33, 80]) {
  for (const way of ["typed", "pasted"]) {
    test(`${columns} columns, a long line ${way}: no event is lost, and no row is left over`, pty, async (context) => {
      const { terminal, peer } = await started(context, columns);
      const text = "长ab短".repeat(Math.ceil(columns / 2));
      if (way === "typed") await typeKeys(terminal, "", text);
      else terminal.type(text);
      const end = wrapped(`> ${text}`, columns);
      const hasTyped = (rows: readonly string[]): boolean => end.every((row, at) => rows.at(at - end.length) === row);
      await terminal.until(hasTyped, "what was typed");
      for (const number of [1, 2, 3]) {
        peer.socket.write(events(number, number));
        await terminal.until((rows) => frames(rows).length === number && hasTyped(rows), `frame ${number}`);
      }
      const { rows } = terminal;
      assert.deepEqual(frames(rows), [1, 2, 3]);
      assert.ok(!rows.includes(""), rows.join("\n"));
      assert.equal(oneLine(rows).split("短长").length, oneLine(end).split("短长").length, rows.join("\n"));
    });
  }
}

test("a burst of 1,000 events while somebody types", pty, async (context) => {
  const { terminal, peer } = await started(context, 40);
  const text = "打字 while events 来 ".repeat(5);
  const keys = Array.from(text);
  for (let from = 1; from <= 1000; from += 10) {
    peer.socket.write(events(from, from + 9));
    const key = keys.shift();
    if (key !== undefined) terminal.type(key);
  }
  const end = wrapped(`> ${text}`, 40).map((row) => row.trimEnd());
  await terminal.until(
    (rows) => frames(rows).length >= 1000 && end.every((row, at) => rows.at(at - end.length) === row),
    "1,000 frames and what was typed",
  );
  assert.deepEqual(frames(terminal.rows), numbers(1, 1000));
  assert.ok(!terminal.rows.includes(""));
  terminal.type("\r");
  await peer.has(`${text}\n`);
});

test("when the terminal changes its width no event is lost, and the typed line is whole", pty, async (context) => {
  const { terminal, peer } = await started(context, 80);
  const text = "0123456789宽窄".repeat(12);
  terminal.type(text);
  peer.socket.write(events(1, 30));
  for (const columns of [80, 50, 31, 64, 120]) {
    await terminal.resize(columns);
    const end = wrapped(`> ${text}`, columns);
    await terminal.until(
      (rows) => frames(rows).length === 30 && end.every((row, at) => rows.at(at - end.length) === row),
      `the line in ${columns} columns`,
    );
  }
  terminal.type("\r");
  await peer.has(`${text}\n`);
});

test("a terminal that wraps anew what was typed, and becomes wider, loses no event", {
  ...needs("tmux", "linux"),
  timeout: 20_000,
}, async (context) => {
  const command = `"${process.execPath}" "${program}" listen tcp://127.0.0.1:0 --frame line`;
  const tmux = await Tmux.start(new Scene(context), command, { NO_COLOR: "1" });
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(await tmux.until(/help\n>/)) ?? [];
  const peer = await dial(context, Number(port));
  await tmux.until(/connected\n>/);
  const text = "0123456789宽窄".repeat(17);
  await tmux.type(text);
  peer.socket.write(events(1, 3));
  await tmux.until(/frame 3, 5 B {2}E0003\n> 0[^]*窄\n*$/);
  await tmux.do("resize-window", "-x", "200", "-y", "30");
  const screen = await tmux.until(/> (0123456789宽窄){14}01\n23456789宽窄(0123456789宽窄){2}\n*$/);
  assert.deepEqual(frames(screen.split("\n")), [1, 2, 3]);
});

test("the cursor stands where the next character goes, also at the end of a row", pty, async (context) => {
  const { terminal } = await started(context, 20);
  await typeKeys(terminal, "", "123456789012345678");
  const { row, column } = terminal.cursor;
  assert.equal(column, 0);
  assert.equal(terminal.rows[row - 1], "> 123456789012345678");
  terminal.type("中文\x1b[D\x1b[D\x1b[D");
  await terminal.until(() => terminal.cursor.column === 19, "cursor before the last character of the first row");
  assert.equal(terminal.cursor.row, row - 1);
  terminal.type("中");
  await terminal.lastRow("中8中文");
  assert.deepEqual(terminal.cursor, { row, column: 2 });
});

test("of a line longer than the screen the rows around the cursor are shown", pty, async (context) => {
  const { terminal, peer } = await started(context, 20);
  const text = Array.from({ length: 200 }, (_, at) => `<${String(at).padStart(3, "0")}>`).join("");
  terminal.type(text);
  await terminal.lastRow("9>");
  peer.socket.write(events(1, 1));
  await terminal.until((rows) => frames(rows).length === 1, "frame");
  for (const once of ["<000>", "<150>"]) assert.ok(oneLine(terminal.rows).split(once).length <= 2, once);
  terminal.type("\x01");
  await terminal.row(/^> <000><001><002>/);
  terminal.type("\r");
  await peer.has(`${text}\n`);
});

test("what is pasted cannot command the terminal", pty, async (context) => {
  const { terminal, peer } = await started(context, 60);
  terminal.type("a\u009b31mb\u202ec");
  await terminal.lastRow("> a\\u009b31mb\\u202ec".replace("\\u009b", "\\x9b"));
  terminal.type("\r");
  await peer.has("a\u009b31mb\u202ec\n");
  await terminal.row(/^> a\\x9b31mb\\u202ec$/);
});

test("Tab completes, and tells twice pressed what could be meant", pty, async (context) => {
  const { terminal } = await started(context, 60);
  await typeKeys(terminal, "", "/pe");
  terminal.type("\t");
  await terminal.until(() => terminal.cursor.column === 9, "/peers with a blank");
  terminal.type("\x15");
  await terminal.lastRow(">");
  await typeKeys(terminal, "", "/h");
  terminal.type("\t");
  await terminal.lastRow("> /he");
  terminal.type("\t");
  await terminal.row(/^\/hex {2}\/help$/);
  await terminal.lastRow("> /he");
});

test("Ctrl-L clears the screen but for what is typed", pty, async (context) => {
  const { terminal } = await started(context, 60);
  terminal.type("half");
  await terminal.lastRow("> half");
  terminal.type("\x0c");
  await terminal.until((rows) => rows.length === 1 && rows[0] === "> half", "empty screen");
});

test("after Ctrl-Z and fg the line goes on", pty, async (context) => {
  const terminal = new PtyProcess(context, 60, ["sh", "-i"]);
  const shell = (): Promise<void> => terminal.until((rows) => /^[#$]$/.test(rows.at(-1) ?? ""), "the shell's prompt");
  await shell();
  terminal.type(`"${process.execPath}" "${program}" listen tcp://127.0.0.1:0\r`);
  await terminal.lastRow(">");
  terminal.type("half");
  await terminal.lastRow("> half");
  terminal.type("\x1a");
  await shell();
  terminal.type("fg\r");
  await terminal.lastRow("> half");
  terminal.type(" a line");
  await terminal.lastRow("> half a line");
  terminal.type("\x15/quit\r");
  await shell();
  terminal.type("exit\r");
  assert.equal(await terminal.ended, 0);
});
