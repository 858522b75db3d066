import assert from "node:assert/strict";
import { test } from "node:test";
import { errorText } from "../../src/cli/exit.js";
import { listLine, modeText } from "../../src/cli/list-line.js";
import { remoteNameFor, serverLine, welcomeText } from "../../src/cli/server-text.js";
import { paint, terminalTraits } from "../../src/cli/terminal.js";
import { SampanError } from "../../src/wire/sampan-error.js";

const tty = { isTTY: true };

test("lines are drawn over, and coloured, on a terminal only", () => {
  assert.deepEqual(terminalTraits(tty, { TERM: "xterm" }), { live: true, color: true });
  assert.deepEqual(terminalTraits({}, { TERM: "xterm" }), { live: false, color: false });
  assert.deepEqual(terminalTraits(tty, { TERM: "dumb" }), { live: false, color: false });
});

test("NO_COLOR and FORCE_COLOR are respected, NO_COLOR first", () => {
  assert.equal(terminalTraits(tty, { NO_COLOR: "1" }).color, false);
  assert.equal(terminalTraits(tty, { NO_COLOR: "" }).color, true);
  assert.equal(terminalTraits({}, { FORCE_COLOR: "1" }).color, true);
  assert.equal(terminalTraits(tty, { FORCE_COLOR: "0" }).color, false);
  assert.equal(terminalTraits(tty, { NO_COLOR: "1", FORCE_COLOR: "1" }).color, false);
  assert.equal(paint("x", "warning", false), "x");
  assert.equal(paint("x", "warning", true), "\x1b[33mx\x1b[0m");
});

test("an error is one line with its code; a peer's words cannot add lines or escapes", () => {
  assert.equal(errorText(new SampanError("E_TOKEN", "no entry")), "sampan: no entry (E_TOKEN)");
  assert.equal(errorText(new SampanError("E_USAGE", "what?\n(a hint)")), "sampan: what? (E_USAGE)\n(a hint)");
  const remote = new SampanError("E_PROTOCOL", "a\nsampan: all is well\x1b[2J", { origin: "remote" });
  assert.equal(errorText(remote), "sampan: a\\x0asampan: all is well\\x1b[2J (E_PROTOCOL)");
});

test("names in a listing are escaped, and never cut", () => {
  const entry = { type: "link", path: "l", mode: 0o777, mtime: 0, target: "\x1b[2J" } as const;
  assert.match(listLine(entry, "a\x1bb", true), /^lrwxrwxrwx .* a\\x1bb -> \\x1b\[2J$/);
  const long = "n".repeat(255 * 4);
  assert.equal(listLine({ type: "folder", path: long, mode: 0o755, mtime: 0 }, long, false), `${long}/`);
  assert.equal(modeText(0o640), "rw-r-----");
});

test("what a server tells is escaped", () => {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  const peer = { event: "peer", address: "h:1", agent: "x\x1b[2J\n", rights: ["read"], sealed: true } as const;
  assert.equal(serverLine(peer, at), "03:04:05  h:1  connected (x\\x1b[2J\\x0a; read; sealed)");
  const changed = { event: "changed", address: "h:1", action: "remove", path: "a\nb" } as const;
  assert.equal(serverLine(changed, at), "03:04:05  h:1  removed /a\\x0ab");
});

test("the welcome has each link once and commands that can be typed", () => {
  const base = { folder: "/home/me/my films", notes: [], port: 7700, readLink: "sampan://h/#r", sample: "a.mp4" };
  const both = welcomeText({ ...base, link: "sampan://h/#w", strong: (text) => text });
  assert.equal(both.split("sampan://h/#w").length, 2);
  assert.equal(both.split("sampan://h/#r").length, 2);
  assert.match(both, /sampan remote add my-films/);
  assert.match(both, /sampan get my-films:\/a\.mp4 \./);
  assert.match(both, /sampan put FILE my-films:\//);
  const readOnly = welcomeText({ ...base, link: undefined, strong: (text) => text });
  assert.doesNotMatch(readOnly, /sampan put/);
});

test("a remote's name comes from the folder's", () => {
  assert.equal(remoteNameFor("/srv/films"), "films");
  assert.equal(remoteNameFor("/srv/-x y-"), "x-y");
  assert.equal(remoteNameFor("/"), "there");
  assert.equal(remoteNameFor("/d"), "there");
  assert.equal(remoteNameFor("/空"), "there");
});
