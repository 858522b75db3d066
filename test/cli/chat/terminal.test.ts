import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { connect } from "../../../src/service/connect.js";
import { Scene } from "../../bad-days/scene.js";
import { needs } from "../../needs.js";

const program = fileURLToPath(new URL("../../../../../bin/sampan.mjs", import.meta.url));

/** Runs its arguments on a terminal of 60 columns; what comes on standard input is typed, what is shown is written out. */
const onTerminal = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
sources = [terminal, 0]
while True:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if source == 0:
            if data: os.write(terminal, data)
            else: sources.remove(0)
        elif data: os.write(1, data)
        else: sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("a conversation on a terminal", needs("python3", "linux"), async (t) => {
  const scene = new Scene(t);
  const { link } = await scene.serve(scene.makeFolder("served"));
  const env = { ...process.env, SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config"), TERM: "xterm", NO_COLOR: "1" };
  const args = ["-c", onTerminal, process.execPath, program, "chat", ":", "tea", "--name", "ann"];
  const child = spawn("python3", args, { env, cwd: scene.folder, stdio: ["pipe", "pipe", "inherit"] });
  scene.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  let shown = "";
  let wake = () => {};
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    wake();
  });
  const shows = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(shown)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    shown = shown.replace(new RegExp(`[^]*?${pattern.source}`), "");
  };
  const type = (text: string) => child.stdin.write(text);

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
  await shows(/\d\d:\d\d bob: \\x1b\[2Jhello 世界\r\n {6}second line/);

  type(`你好 ${"wide 世界 ".repeat(12)}\r`);
  await shows(/ann: 你好 wide/);
  type("\x1b[200~one\rtwo\r\nthree\x1b[201~");
  await shows(/lines pasted: Enter sends them/);
  type("\r");
  await shows(/ann: one\r\n {6}two/);

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
  type("half a line\x03");
  await shows(/other · 1 here/);
  type("/quit\r");
  assert.deepEqual(await ended, [0, null]);
  assert.ok(shown.includes("\x1b[?2004l"), "the terminal no longer marks what is pasted");
  await bob.leave();
  await following;
  assert.equal(heard[0], `你好 ${"wide 世界 ".repeat(12)}`);
  assert.match(heard[1] as string, /^one\ntwo\n+three$/);
});
