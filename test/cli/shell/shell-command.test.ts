import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { linkVia, type RunningServer, Scene } from "../../bad-days/scene.js";
import { type Carried, TcpProxy } from "../../bad-days/tcp-proxy.js";
import { needs } from "../../needs.js";
import { Tmux } from "./tmux.js";

const program = fileURLToPath(new URL("../../../../../bin/sampan.mjs", import.meta.url));

interface ShellTown {
  readonly scene: Scene;
  readonly folder: string;
  readonly server: RunningServer;
  readonly runLink: string;
}

async function town(t: TestContext): Promise<ShellTown> {
  const scene = new Scene(t);
  const folder = scene.makeFolder("served");
  const server = await scene.serve(folder, undefined, "--allow-run", "--no-udp", "--hidden");
  const runLink = String((await server.process.event("listening")).runLink);
  return { scene, folder, server, runLink };
}

/** A shell in a terminal, which begins with a prompt of its own and says at its end what its status was. */
function openShell({ scene, runLink }: ShellTown, args: string, link = runLink): Promise<Tmux> {
  const line = `PS1='local$ ' '${process.execPath}' '${program}' shell : ${args}; echo "status $?"; stty -a | grep -o -- '-\\?icanon'; cat`;
  return Tmux.start(scene, line, { SAMPAN_LINK: link, SAMPAN_CONFIG: scene.path("config") });
}

const bash = "-- bash --norc --noprofile";

test("vim edits a file, a new size reaches it, and the screen is put back", needs("tmux", "vim"), async (t) => {
  const place = await town(t);
  const tmux = await openShell(place, bash);
  await tmux.until(/[$#]\s*$/m);
  await tmux.type("echo before; vim -u NONE -N poem.txt");
  await tmux.press("Enter");
  await tmux.until(/poem\.txt/);
  await tmux.until(/^~/m);
  assert.equal(await tmux.knows("#{alternate_on}"), "1");
  await tmux.type("i舢板 goes\nover any water");
  await tmux.press("Escape");
  await tmux.until(/^舢板 goes\s+over any water/m);
  await tmux.do("resize-window", "-x", "80", "-y", "20");
  await tmux.type(":echo 'size' &columns &lines");
  await tmux.press("Enter");
  await tmux.until(/size 80 20/);
  await tmux.type(":wq");
  await tmux.press("Enter");
  const screen = await tmux.until(/before[^]*[$#]\s*$/m);
  assert.doesNotMatch(screen, /over any water/);
  assert.equal(readFileSync(`${place.folder}/poem.txt`, "utf8"), "舢板 goes\nover any water\n");
  await tmux.type("stty size; exit 5");
  await tmux.press("Enter");
  await tmux.until(/20 80[^]*status 5\nicanon/);
});

test("top draws, is stopped and goes on", needs("tmux", "top"), async (t) => {
  const tmux = await openShell(await town(t), bash);
  await tmux.until(/[$#]\s*$/m);
  await tmux.type("top");
  await tmux.press("Enter");
  await tmux.until(/PID +USER/);
  await tmux.press("C-z");
  await tmux.until(/Stopped +top/);
  await tmux.type("fg");
  await tmux.press("Enter");
  await tmux.until(/load average/);
  await tmux.type("q");
  await tmux.until(/[$#]\s*$/m);
  await tmux.type("exit");
  await tmux.press("Enter");
  await tmux.until(/status 0/);
});

test("a megabyte pasted into a shell arrives whole", needs("tmux"), async (t) => {
  const place = await town(t);
  const lines = Array.from({ length: 16_384 }, (_, at) => `${String(at).padStart(10, "0")} 舢板 ${"x".repeat(46)}`);
  const text = `${lines.join("\n")}\n`;
  writeFileSync(place.scene.path("paste"), text);
  const tmux = await openShell(place, "-- sh -c 'stty -echo; echo ready; cat > pasted; sha256sum < pasted'");
  await tmux.until(/ready/);
  await tmux.do("load-buffer", place.scene.path("paste"));
  await tmux.do("paste-buffer", "-r");
  await tmux.press("C-d");
  await tmux.until(new RegExp(createHash("sha256").update(text).digest("hex")));
  await tmux.until(/status 0/);
});

test("Ctrl-] d detaches, --list shows the shell, --attach paints it, --end ends it", needs("tmux"), async (t) => {
  const place = await town(t);
  const tmux = await openShell(place, bash);
  await tmux.until(/[$#]\s*$/m);
  await tmux.type("echo mark''ed; printf '\\033[?25l\\033[?1000h'");
  await tmux.press("Enter");
  await tmux.until(/marked/);
  await tmux.press("C-]", "d");
  const left = await tmux.until(/it goes on, as ([0-9a-f]{8})\s+status 0\s+icanon/);
  assert.equal(await tmux.knows("#{cursor_flag}#{mouse_standard_flag}"), "10");
  const [, id = ""] = /as ([0-9a-f]{8})/.exec(left) ?? [];
  const listed = await place.scene.run(["shell", ":", "--list"], place.runLink);
  assert.match(listed.stdout, new RegExp(`^${id}  100×30 .* alone for .* bash --norc --noprofile$`, "m"));
  const again = await openShell(place, `--attach ${id}`);
  await again.until(/marked/);
  assert.equal(await again.knows("#{cursor_flag}#{mouse_standard_flag}"), "01");
  const ended = await place.scene.run(["shell", ":", "--end", id], place.runLink);
  assert.equal(ended.status, 0);
  await again.until(/status 129\s+icanon/);
  assert.equal(await again.knows("#{cursor_flag}#{mouse_standard_flag}"), "10");
});

test(
  "a lost network is told on the last line, what is typed is kept, and the screen comes back",
  needs("tmux"),
  async (t) => {
    const place = await town(t);
    const carried: Carried[] = [];
    let isUp = true;
    const proxy = await TcpProxy.open(place.scene, place.server.port, (connection) => {
      carried.push(connection);
      if (!isUp) connection.cut();
    });
    const tmux = await openShell(place, bash, linkVia(proxy.port, place.runLink));
    await tmux.until(/[$#]\s*$/m);
    isUp = false;
    for (const connection of carried) connection.cut();
    await tmux.until(/sampan: the connection is lost/);
    await tmux.type("touch made-in-the-dark; echo do''ne");
    await tmux.press("Enter");
    assert.ok(!existsSync(`${place.folder}/made-in-the-dark`));
    isUp = true;
    const screen = await tmux.until(/^done$/m);
    assert.doesNotMatch(screen, /connection is lost/);
    assert.ok(existsSync(`${place.folder}/made-in-the-dark`));
  },
);

test("a server that is killed is told plainly, and the terminal is put back", needs("tmux", "vim"), async (t) => {
  const place = await town(t);
  const tmux = await openShell(place, "-- vim -u NONE -N -c 'set mouse=a' file");
  await tmux.until(/^~/m);
  assert.equal(await tmux.knows("#{alternate_on}"), "1");
  place.server.process.kill("SIGKILL");
  await tmux.until(/the server is gone: it was stopped or killed, and the shell ended with it[^]*status 3\s+icanon/);
  assert.equal(await tmux.knows("#{alternate_on}#{cursor_flag}#{mouse_any_flag}#{bracketed_paste}"), "010");
});

test("a shell needs a terminal", async (t) => {
  const { scene, runLink } = await town(t);
  const asked = await scene.run(["shell", ":"], runLink);
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /a shell needs a terminal; .*sampan run/);
});
