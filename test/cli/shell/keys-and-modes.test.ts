import assert from "node:assert/strict";
import { test } from "node:test";
import { DetachKey } from "../../../src/cli/shell/detach-key.js";
import { ModeWatch } from "../../../src/cli/shell/mode-watch.js";

function pressed(...pieces: string[]): string[] {
  const keys = new DetachKey();
  return pieces.map((piece) => {
    const { typed, action } = keys.take(Buffer.from(piece, "latin1"));
    return action ?? typed.toString("latin1");
  });
}

test("Ctrl-] and a letter act, in one piece or two, in each keyboard protocol", () => {
  assert.deepEqual(pressed("\x1d", "d"), ["", "detach"]);
  assert.deepEqual(pressed("\x1dd"), ["detach"]);
  assert.deepEqual(pressed("\x1b[93;5u", "k"), ["", "end"]);
  assert.deepEqual(pressed("\x1b[27;5;93~", "?"), ["", "help"]);
});

test("Ctrl-] twice types one; before any other key it is typed, too", () => {
  assert.deepEqual(pressed("\x1d", "\x1d", "d"), ["", "\x1d", "d"]);
  assert.deepEqual(pressed("\x1d", "x", "d"), ["", "\x1dx", "d"]);
});

test("nothing is looked for in a paste", () => {
  const large = `${"x".repeat(100)}\x1dd`;
  assert.deepEqual(pressed(large, "d"), [large, "d"]);
  assert.deepEqual(pressed("\x1b[200~abc", "\x1d", "d", "\x1b[201~", "\x1d", "d"), [
    "\x1b[200~abc",
    "\x1d",
    "d",
    "\x1b[201~",
    "",
    "detach",
  ]);
});

function left(...pieces: string[]): string {
  const modes = new ModeWatch();
  for (const piece of pieces) modes.take(Buffer.from(piece, "latin1"));
  return modes.restore();
}

const plain = "\x1b[m\x1b(B";

test("what a program switched on is switched off, and nothing else", () => {
  assert.equal(left("text \x1b[31mred\x1b[0m\r\n"), plain);
  assert.equal(
    left("\x1b[?1049h\x1b[?25l\x1b[?1000;1006h\x1b[?2004h"),
    `\x1b[?1049l\x1b[?1000l\x1b[?1006l\x1b[?2004l\x1b[?25h${plain}`,
  );
  assert.equal(left("\x1b[?1049h\x1b[?25l", "\x1b[?1049l\x1b[?25h"), plain);
  assert.equal(left("\x1b[2;10r"), `\x1b7\x1b[r\x1b8${plain}`);
  assert.equal(left("\x1b[>1u\x1b="), `\x1b[<1u\x1b>${plain}`);
});

test("sequences are found however they are cut", () => {
  const text = "a\x1b[?1049hb\x1b[?25lc\x1b[?2004hd\x1b\x1b[?1000h";
  const whole = left(text);
  assert.deepEqual(left(...Array.from(text)), whole);
  for (let at = 0; at <= text.length; at++) assert.equal(left(text.slice(0, at), text.slice(at)), whole);
});
