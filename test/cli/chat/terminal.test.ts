import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";
import { sampanOnTerminal } from "../screen/pty-process.js";

test("a conversation on a terminal", { ...needs("python3", "linux"), timeout: 30_000 }, async (t) => {
  const scene = new Scene(t);
  const { link } = await scene.serve(scene.makeFolder("served"));
  const terminal = sampanOnTerminal(t, 60, ["chat", ":", "tea", "--name", "ann"], {
    env: { SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config") },
    folder: scene.folder,
  });
  const shows = (pattern: RegExp): Promise<void> =>
    terminal.until((rows) => pattern.test(rows.join("\n")), String(pattern));
  const type = (text: string): void => terminal.type(text);

  await shows(/\* room tea; you are ann; here: nobody else/);
  const peer = await connect(link);
  scene.after(() => peer.close());
  const bob = await peer.chat("tea", { name: "bob" });
  const heard: string[] = [];
  const following = (async () => {
    for await (const event of bob) if (event.event === "said" && !event.mine) heard.push(event.text);
  })();
  following.catch(() => {});

  await shows(/\* bob came in/);
  bob.typing();
  await shows(/tea · 2 here · bob is typing/);
  await bob.say("\x1b[2Jhello 世界\nsecond line");
  await shows(/\d\d:\d\d bob: \\x1b\[2Jhello 世界\n {6}second line/);

  type(`你好 ${"wide 世界 ".repeat(12)}`);
  for (const text of ["while", "you", "type"]) {
    await bob.say(text);
    const end = new RegExp(`bob:${text}──tea·2here[^›]*›你好(wide世界){12}$`);
    await terminal.until((rows) => end.test(rows.join("").replace(/\s+/g, "")), String(end));
  }
  const { rows } = terminal;
  assert.equal(rows.filter((row) => row.startsWith("──")).length, 1, rows.join("\n"));
  assert.equal(rows.filter((row) => row.startsWith("›")).length, 1, rows.join("\n"));
  type("\r");
  await shows(/ann: 你好 wide/);
  type("\x1b[200~one\rtwo\r\nthree\x1b[201~");
  await shows(/lines pasted: Enter sends them/);
  type("\r");
  await shows(/ann: one\n {6}two/);

  writeFileSync(scene.path("notes.txt"), "content");
  type("/file notes.txt\r");
  await shows(/ann: \[file notes\.txt, 7 B\]/);
  type("/get notes.txt copy.txt\r");
  await shows(/\* notes\.txt is here/);
  assert.equal(readFileSync(scene.path("copy.txt"), "utf8"), "content");
  type("/who\r");
  await shows(/\* ann, bob/);
  type("/nothing\r");
  await shows(/there is no command \/nothing/);
  type("//who\r");
  await shows(/ann: \/who/);
  type("/join other\r");
  await shows(/\* room other; you are ann/);
  type("half a line");
  await terminal.lastRow("› half a line");
  assert.ok(terminal.marksPaste);
  type("\x03");
  await terminal.lastRow("›");
  await shows(/other · 1 here/);
  type("/quit\r");
  assert.equal(await terminal.ended, 0);
  assert.ok(!terminal.marksPaste, "the terminal no longer marks what is pasted");
  await bob.leave();
  await following;
  assert.equal(heard[0], `你好 ${"wide 世界 ".repeat(12)}`);
  assert.match(heard[1] as string, /^one\ntwo\n+three$/);
});

test("a room that cannot be gone into leaves you where you are", {
  ...needs("python3", "linux"),
  timeout: 30_000,
}, async (t) => {
  const scene = new Scene(t);
  const { link } = await scene.serve(scene.makeFolder("served"));
  const env = { SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config") };
  const terminal = sampanOnTerminal(t, 60, ["chat", ":", "tea", "--name", "ann"], { env });
  await terminal.row(/^── tea · 1 here$/);
  terminal.type("/join my room\r");
  await terminal.row(/^sampan: "my room" cannot be the name of a room/);
  terminal.type("/join Tea\r");
  await terminal.row(/^\* you are in tea$/);
  terminal.type("still here\r");
  await terminal.row(/^\d\d:\d\d ann: still here$/);
  terminal.type("/join other\r");
  await terminal.row(/^── other · 1 here$/);
  terminal.type("/quit\r");
  assert.equal(await terminal.ended, 0);
});

for (const [name, keys] of [
  ["/quit", "/quit\r"],
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
]) {
  const title = `where nothing can be drawn over, commands are obeyed, and ${name} leaves`;
  test(title, { ...needs("python3", "linux"), timeout: 30_000 }, async (t) => {
    const scene = new Scene(t);
    const { link } = await scene.serve(scene.makeFolder("served"));
    const env = { SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config"), TERM: "dumb" };
    const terminal = sampanOnTerminal(t, 60, ["chat", ":", "tea", "--name", "ann"], { env });
    await terminal.row(/^\* room tea; you are ann/);
    terminal.type("/who\r");
    await terminal.row(/^\* ann$/);
    terminal.type("//who\r");
    await terminal.row(/^\d\d:\d\d ann: \/who$/);
    terminal.type("/join my room\r");
    await terminal.row(/^sampan: "my room" cannot be/);
    terminal.type("/join other\r");
    await terminal.row(/^\* room other; you are ann/);
    assert.ok(!terminal.marksPaste);
    terminal.type(keys as string);
    assert.equal(await terminal.ended, 0);
  });
}

for (const [name, key] of [
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
]) {
  test(`${name} where nothing is typed leaves`, { ...needs("python3", "linux"), timeout: 30_000 }, async (t) => {
    const scene = new Scene(t);
    const { link } = await scene.serve(scene.makeFolder("served"));
    const env = { SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config") };
    const terminal = sampanOnTerminal(t, 60, ["chat", ":", "tea", "--name", "ann"], { env });
    await terminal.row(/^── tea · 1 here$/);
    assert.ok(terminal.marksPaste);
    terminal.type(key as string);
    assert.equal(await terminal.ended, 0);
    assert.ok(!terminal.marksPaste);
    assert.ok(!terminal.rows.some((row) => row.startsWith("──") || row.startsWith("›")), terminal.rows.join("\n"));
  });
}
