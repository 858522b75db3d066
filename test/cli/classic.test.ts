import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { progressBar } from "../../src/cli/classic/file-report.js";
import { numberedChoice } from "../../src/cli/classic/numbered-choice.js";
import { classicServerLine } from "../../src/cli/classic/server-text.js";
import { completeWords } from "../../src/cli/completion-words.js";
import { buildProgram } from "../../src/cli/program.js";
import { SafeText, shownText } from "../../src/cli/safe-text.js";
import { textEncoding } from "../../src/service/text-encoding.js";
import { SampanProcess } from "../bad-days/sampan-process.js";
import { needs } from "../needs.js";
import { PtyProcess, program, sampanOnTerminal } from "./screen/pty-process.js";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-classic-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function run(...args: string[]): Promise<SampanProcess> {
  const process_ = new SampanProcess(["classic", ...args], process.env);
  await process_.ended;
  return process_;
}

async function serve(
  t: TestContext,
  protocol: string,
  ...flags: string[]
): Promise<{ address: string; server: SampanProcess }> {
  const server = new SampanProcess(["classic", "serve", protocol, "--port", "0", "--json", ...flags], process.env);
  t.after(async () => {
    server.kill("SIGTERM");
    assert.equal((await server.ended).status, 0, server.account());
  });
  const { port } = await server.event("listening");
  return { address: `127.0.0.1:${String(port)}`, server };
}

/** Runs sampan on a terminal of its own: what is typed goes in when a prompt has been shown; `!PATH` removes a file first. */
const onTerminal = `
import os, pty, sys
prompt, typed = sys.argv[1].encode(), [line.encode() for line in sys.argv[2].split('|')]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
seen = b''
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    while typed and seen.count(prompt) > 0:
        seen = seen.split(prompt, 1)[1]
        if typed[0].startswith(b'!'):
            os.remove(typed.pop(0)[1:])
        os.write(fd, typed.pop(0))
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

function terminal(
  prompt: string,
  typed: readonly string[],
  ...args: string[]
): { status: number | null; output: string } {
  const command = [process.execPath, "bin/sampan.mjs", "classic", ...args];
  const { status, stdout } = spawnSync("python3", ["-c", onTerminal, prompt, typed.join("|"), ...command], {
    encoding: "utf8",
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
    timeout: 30_000,
  });
  return { status, output: stdout };
}

suite("on a terminal", { ...needs("python3", "linux"), timeout: 60_000 }, () => {
  test("a prompt, text and answer", async (t) => {
    const { address } = await serve(t, "upper");
    const { status, output } = terminal("==>: ", ["hello\r", "\r", "bye\r", "\u0004"], "upper", address);
    assert.equal(status, 0, output);
    assert.match(output, /HELLO[^]*BYE/);
  });

  test("output without a line end stays above the prompt", async (t) => {
    const { address } = await serve(t, "shell", "--allow-shell");
    const terminal = sampanOnTerminal(t, 80, ["classic", "shell", address]);
    await terminal.lastRow(">>>");
    terminal.type("printf noeol\r");
    await terminal.row(/^noeol$/);
    await terminal.lastRow(">>>");
    terminal.type("echo whole\r");
    await terminal.row(/^whole$/);
    await terminal.lastRow(">>>");
    assert.deepEqual(terminal.rows, [">>> printf noeol", "noeol", ">>> echo whole", "whole", ">>>"]);
    terminal.type("\x04");
    assert.equal(await terminal.ended, 0);
  });

  test("after Ctrl-Z and fg the prompt goes on", async (t) => {
    const { address } = await serve(t, "upper");
    const shell = new PtyProcess(t, 80, ["sh", "-i"]);
    const prompted = (): Promise<void> => shell.until((rows) => /^[#$]$/.test(rows.at(-1) ?? ""), "the shell's prompt");
    await prompted();
    shell.type(`"${process.execPath}" "${program}" classic upper ${address}\r`);
    await shell.lastRow("==>:");
    shell.type("he");
    await shell.lastRow("==>: he");
    shell.type("\x1a");
    await prompted();
    shell.type("fg\r");
    await shell.lastRow("==>: he");
    shell.type("llo\r");
    await shell.row(/^HELLO$/);
    shell.type("\x04");
    await prompted();
    shell.type("exit\r");
    assert.equal(await shell.ended, 0);
  });

  test("upload: a numbered list, and what is wrong with an answer", async (t) => {
    const folder = scratch(t);
    const [here, there] = [join(folder, "here"), join(folder, "there")];
    mkdirSync(here);
    mkdirSync(there);
    writeFileSync(join(here, "a.txt"), "a");
    writeFileSync(join(here, "b.txt"), "bb");
    const { address, server } = await serve(t, "upload", "--dir", there);
    const typed = ["x\r", "3\r", "0\r", "2\r", "\u0004"];
    const { status, output } = terminal("number of the file to upload: ", typed, "upload", address, "--dir", here);
    assert.equal(status, 0, output);
    assert.match(output, /1 {2}a\.txt[^]*2 {2}b\.txt/);
    assert.match(output, /"x" is not a number[^]*3 is not in range: there are 1 to 2[^]*0 is not in range/);
    assert.match(output, /b\.txt uploaded: 2 B/);
    await server.event("file-end");
    assert.deepEqual(readdirSync(there), ["b.txt"]);
  });

  test("upload: a file that is gone between listing and sending is told, and the list comes again", async (t) => {
    const folder = scratch(t);
    const [here, there] = [join(folder, "here"), join(folder, "there")];
    mkdirSync(here);
    mkdirSync(there);
    for (const name of ["a.txt", "b.txt"]) writeFileSync(join(here, name), name);
    const { address, server } = await serve(t, "upload", "--dir", there);
    const typed = [`!${join(here, "a.txt")}`, "1\r", "1\r", "\u0004"];
    const { status, output } = terminal("number of the file to upload: ", typed, "upload", address, "--dir", here);
    assert.equal(status, 6, output);
    assert.match(output, /a\.txt.*E_NOT_FOUND[^]*1 {2}b\.txt[^]*b\.txt uploaded/);
    await server.event("file-end");
    assert.deepEqual(readdirSync(there), ["b.txt"]);
  });

  test("a shell prompt; escapes of the other end are shown, not obeyed", async (t) => {
    const { address } = await serve(t, "shell", "--allow-shell");
    const typed = ["echo one\r", "printf 'x\\033[31my'\r", "\u0004"];
    const { status, output } = terminal(">>> ", typed, "shell", address);
    assert.equal(status, 0, output);
    assert.match(output, /one\r\n/);
    assert.match(output, /x\\x1b\[31my/);
  });
});

test("a shell is served only when allowed, and with a warning", async (t) => {
  const refused = await run("serve", "shell", "--port", "0");
  assert.equal(refused.status, 5);
  assert.match(refused.stderr, /anyone who connects/);
  const { server, address } = await serve(t, "shell", "--allow-shell");
  const client = await run("shell", address, "exit 3; echo never", "--json");
  assert.deepEqual(client.last("command-end")?.bytes, 0);
  assert.equal((await server.event("command-end")).status, 3);
  assert.match(server.stderr, /warning: anyone on this machine who connects can run anything/);
});

test("download and upload tell what they did, as lines and as events", async (t) => {
  const folder = scratch(t);
  const there = join(folder, "there");
  mkdirSync(there);
  writeFileSync(join(there, "a.txt"), "hello");
  const { address } = await serve(t, "download", "--dir", there);
  const out = join(folder, "out");
  const got = await run("download", address, "a.txt", "none", "--out", out, "--json");
  assert.equal(got.status, 6);
  const end = got.last("file-end");
  assert.deepEqual([end?.md5, end?.verified], ["5d41402abc4b2a76b9719d911017c592", true]);
  assert.equal(got.last("problem")?.code, "E_NOT_FOUND");
  assert.deepEqual(got.last("done"), { event: "done", files: 1, bytes: 5, problems: 1 });
  assert.equal(readFileSync(join(out, "a.txt"), "utf8"), "hello");
  const lines = await run("download", address, "a.txt", "--out", out);
  assert.equal(lines.stdout, "a.txt downloaded: 5 B, MD5 5d41402abc4b2a76b9719d911017c592, compared\n");
  assert.equal(lines.stderr, "");
});

test("nobody there: a time-out, status 9", async () => {
  const { status, stderr } = await run("upper", "127.0.0.1:1", "x", "--retry", "2");
  assert.equal(status, 9);
  assert.match(stderr, /timed out: gave up after 2 tries/);
});

for (const [args, message] of [
  [["serve", "uper"], /no protocol is called "uper"/],
  [["serve", "upper", "--dir", "x"], /no files for --dir/],
  [["serve", "upper", "--encoding", "klingon"], /no encoding/],
  [["upper", "nowhere", "x"], /not an address/],
  [["udp-hi", "tcp://127.0.0.1:1", "x"], /over udp/],
  [["frames", "127.0.0.1:1", "--text", "x", "--count", "0"], /not a number of times/],
  [["upload", "127.0.0.1:1"], /needs a terminal/],
] as const) {
  test(`sampan classic ${args.join(" ")} is refused`, async () => {
    const { status, stderr } = await run(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  });
}

test("what a user types at a numbered list", () => {
  assert.equal(numberedChoice(" 2 ", 3), 1);
  assert.match(String(numberedChoice("two", 3)), /not a number/);
  assert.match(String(numberedChoice("-1", 3)), /not a number/);
  assert.match(String(numberedChoice("4", 3)), /not in range: there are 1 to 3/);
});

test("the bar of the tutorials", () => {
  assert.equal(progressBar(42, 100), `[${"x".repeat(12)}${" ".repeat(18)}]  42%`);
  assert.equal(progressBar(0, 0), `[${"x".repeat(30)}] 100%`);
});

test("text of a peer on a terminal, in pieces", async () => {
  const safe = new SafeText(await textEncoding("utf-8"), true);
  const pieces = ["a\x1b[2J\tb\r", "\nc\rd", "\r"].map((text) => String(safe.push(Buffer.from(text))));
  assert.equal(pieces.join("") + safe.end(), "a\\x1b[2J\tb\nc\\x0dd\\x0d");
  assert.equal(shownText("\x1b", false), "\x1b");
});

test("a server's line escapes what the client says", () => {
  const line = classicServerLine({ event: "text", peer: "127.0.0.1:1", bytes: 3, text: "a\x1b\n" }, new Date(0));
  assert.match(line, /said "a\\x1b\\x0a"$/);
});

test("completion knows the protocols", async () => {
  const program = buildProgram("1", () => {});
  const remotes = { names: () => Promise.resolve([]), list: () => Promise.resolve([]) };
  const texts = async (...words: string[]): Promise<string[]> =>
    (await completeWords(program, words, remotes)).map(({ text }) => text);
  assert.deepEqual(await texts("classic", "serve", "udp-"), ["udp-upper", "udp-hi", "udp-time"]);
  assert.deepEqual(await texts("classic", "upload", "host:1", ""), [":files"]);
  assert.deepEqual(await texts("classic", "shell-"), ["shell-plain", "shell-ready"]);
});
