import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { needs } from "../needs.js";
import { sampan, sampanProgram, scratch } from "./started-process.js";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server of the test's own: its port, and its first connection. */
async function server(t: TestContext): Promise<{ port: number; client: Promise<net.Socket> }> {
  const listening = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const client = once(listening, "connection").then(([socket]) => socket as net.Socket);
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  t.after(() => listening.close());
  void client.then((socket) => t.after(() => socket.destroy()));
  return { port: (listening.address() as net.AddressInfo).port, client };
}

async function dial(t: TestContext, port: string): Promise<net.Socket> {
  const socket = net.connect({ port: Number(port), host: "127.0.0.1" });
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

for (const scheme of ["tcp", "tls", "unix"]) {
  const skip = scheme === "unix" && process.platform === "win32";
  test(`${scheme}: 64 MiB each way at once through two pipes are the same bytes`, { skip }, async (t) => {
    const bytes = randomBytes(64 * 1024 * 1024);
    const at = scheme === "unix" ? `unix:${join(scratch(t), "door")}` : `${scheme}://:0`;
    const there = sampan(t, ["listen", at]);
    const trust = scheme === "tls" ? ["--insecure"] : [];
    const here = sampan(t, ["connect", await there.address(), ...trust]);
    here.stdin.end(bytes);
    there.stdin.end(bytes);
    for (const { stdout, status, stderr } of await Promise.all([here.ended, there.ended])) {
      assert.equal(status, 0, stderr);
      assert.equal(sha256(stdout), sha256(bytes));
    }
  });
}

test("a file is sent from standard input, and received into a file", async (t) => {
  const folder = scratch(t);
  const bytes = randomBytes(5_000_000);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, bytes);
  const there = sampan(t, ["listen", ":0", "--send-only"]);
  there.stdin.end(bytes);
  const files = [openSync(from, "r"), openSync(to, "w"), "ignore"] as const;
  const here = spawn(process.execPath, [sampanProgram, "connect", await there.address()], { stdio: [...files] });
  assert.deepEqual(await once(here, "exit"), [0, null]);
  assert.equal(sha256(readFileSync(to)), sha256(bytes));
  assert.equal((await there.ended).status, 0);
  assert.equal((await there.ended).stdout.length, 0, "--send-only writes nothing");
});

test("a peer that resets the connection: status 3, and how much was not delivered", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`]);
  // More than any kernel takes for a peer that does not read.
  here.stdin.write(Buffer.alloc(32 * 1024 * 1024));
  const socket = await client;
  await stands(() => here.stdin.writableLength);
  socket.resetAndDestroy();
  const { status, stderr } = await here.ended;
  assert.equal(status, 3, stderr);
  const told = /reset; (\d+) bytes that were read from standard input were not delivered \(E_CONNECTION_LOST\)/;
  assert.match(stderr, told);
  assert.ok(Number(told.exec(stderr)?.[1]) > 0);
});

test("a reset after everything was sent: status 3, for the last of it may be lost", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`]);
  here.stdin.end("few");
  const socket = await client;
  await once(socket.resume(), "end");
  socket.resetAndDestroy();
  const { status, stderr } = await here.ended;
  assert.equal(status, 3, stderr);
  assert.match(stderr, /what was sent last may not have arrived/);
});

test("what is sent to a peer that has gone altogether is not taken for delivered: status 3", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`]);
  (await client).end("the end").resume().destroySoon();
  await here.until(() => here.text === "the end");
  here.stdin.end("too late");
  const { status, stderr } = await here.ended;
  assert.equal(status, 3, stderr);
  assert.match(stderr, /what was sent last may not have arrived/);
});

test("nobody there: status 3; an address that is none: status 2", async (t) => {
  const gone = sampan(t, ["listen", ":0"]);
  const address = await gone.address();
  gone.kill("SIGTERM");
  assert.equal((await gone.ended).status, 130);
  const here = await sampan(t, ["connect", address]).ended;
  assert.equal(here.status, 3);
  assert.match(here.stderr, /connection refused; nobody listens there \(E_CONNECT\)/);
  assert.equal((await sampan(t, ["connect", "example.org"]).ended).status, 2);
  assert.equal((await sampan(t, ["listen", ":0", "--send-only", "--recv-only"]).ended).status, 2);
  assert.equal((await sampan(t, ["connect", address, "--insecure"]).ended).status, 2);
});

test("--recv-only sends nothing, not even an end, before the peer has ended", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`, "--recv-only"]);
  here.stdin.end("not this");
  const socket = await client;
  const got: string[] = [];
  socket.setEncoding("utf8").on("data", (text: string) => void got.push(text));
  let ended = false;
  socket.on("end", () => {
    ended = true;
  });
  socket.write("all of it");
  await here.until(() => here.text === "all of it");
  assert.ok(!ended);
  socket.end();
  assert.equal((await here.ended).status, 0);
  assert.deepEqual(got, []);
});

test("--idle: 0 when what there was is delivered, 9 when bytes are left or nobody came", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`, "--idle", "200ms"]);
  here.stdin.write("hello");
  const socket = await client;
  socket.resume().write("answer");
  assert.deepEqual([(await here.ended).status, (await here.ended).stdout.toString()], [0, "answer"]);

  const stuck = await server(t);
  const waits = sampan(t, ["connect", `127.0.0.1:${stuck.port}`, "--idle", "200ms"]);
  waits.stdin.write(Buffer.alloc(32 * 1024 * 1024));
  await stuck.client;
  assert.equal((await waits.ended).status, 9);
  assert.match((await waits.ended).stderr, /nothing moved for 0.2 s, and \d+ bytes were not delivered \(E_TIMED_OUT\)/);

  const alone = await sampan(t, ["listen", ":0", "--idle", "100ms"]).ended;
  assert.equal(alone.status, 9);
  assert.match(alone.stderr, /nobody came for 0.1 s/);
});

test("without --keep-open one client is served, and the next is refused by the system", async (t) => {
  const here = sampan(t, ["listen", ":0"]);
  const port = await here.port();
  const first = await dial(t, port);
  first.write("1");
  await here.until(() => here.text === "1");
  const second = net.connect({ port: Number(port), host: "127.0.0.1" });
  const [error] = (await once(second, "error")) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNREFUSED");
  first.end("2");
  here.stdin.end();
  assert.deepEqual([(await here.ended).status, here.text], [0, "12"]);
});

test("--keep-open serves one client after another, those that wait in their order, until it is ended", async (t) => {
  const here = sampan(t, ["listen", ":0", "--keep-open"]);
  const port = await here.port();
  const first = await dial(t, port);
  first.write("1");
  await here.until(() => here.text === "1");
  const second = await dial(t, port);
  second.write("2");
  const third = await dial(t, port);
  third.end("3");
  here.stdin.write("for the first");
  assert.equal(String(await once(first, "data")), "for the first");
  first.end("!");
  await here.until(() => here.text === "1!2");
  second.resetAndDestroy();
  await here.until(() => here.text === "1!23");
  await here.until(() => here.stderr.includes("the connection was reset"));
  await once(third.resume(), "close");
  here.kill("SIGINT");
  assert.equal((await here.ended).status, 0);
});

test("whoever reads the output goes away: status 141, and the peer is told", async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`], { keepOutput: false });
  const socket = await client;
  here.stdout.destroy();
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const push = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
  };
  socket.on("drain", push);
  push();
  assert.equal((await here.ended).status, 141);
  await closed;
});

test("an output that nobody reads holds the peer up, and memory stays flat", needs("linux"), async (t) => {
  const { port, client } = await server(t);
  const here = sampan(t, ["connect", `127.0.0.1:${port}`, "--recv-only"], { keepOutput: false });
  const socket = await client;
  const total = 256 * 1024 * 1024;
  const block = Buffer.alloc(1024 * 1024, "x");
  let given = 0;
  // Written until the socket says that it is full and stays so while the process is asked for its memory.
  const push = () => {
    while (given < total && socket.write(block)) given += block.length;
    given += block.length;
  };
  socket.on("drain", push);
  push();
  await stands(() => socket.bytesWritten - socket.writableLength);
  const { rss } = memoryOf(here.pid);
  assert.ok(given < total, `${given} bytes were taken though nobody reads`);
  assert.ok(rss < 200 * 1024 * 1024, `${rss} bytes of memory`);
  let got = 0;
  here.stdout.on("data", (chunk: Buffer) => {
    got += chunk.length;
    if (given >= total && !socket.writableEnded) socket.end();
  });
  assert.equal((await here.ended).status, 0);
  assert.ok(got >= total);
});

test("TLS: the certificate by its fingerprint; another fingerprint, and none, are refused with status 5", async (t) => {
  const there = sampan(t, ["listen", "tls://:0", "-k"]);
  const address = await there.address();
  const fingerprint = /fingerprint (\S+)/.exec(there.stderr)?.[1] as string;
  const right = sampan(t, ["connect", address, "--fingerprint", fingerprint]);
  right.stdin.end("sealed");
  assert.equal((await right.ended).status, 0);
  await there.until(() => there.text === "sealed");
  const hex = Buffer.from(fingerprint, "base64url")
    .toString("hex")
    .replace(/(..)(?=.)/g, "$1:")
    .toUpperCase();
  const byHex = sampan(t, ["connect", address, "--fingerprint", hex]);
  byHex.stdin.end("!");
  assert.equal((await byHex.ended).status, 0);
  const wrong = await sampan(t, ["connect", address, "--fingerprint", "A".repeat(43)]).ended;
  assert.deepEqual([wrong.status, wrong.stdout.length], [5, 0]);
  assert.match(wrong.stderr, new RegExp(`its own is ${fingerprint} \\(E_CERTIFICATE\\)`));
  const unknown = await sampan(t, ["connect", address]).ended;
  assert.equal(unknown.status, 5);
  assert.match(unknown.stderr, new RegExp(`cannot be trusted: .*--fingerprint ${fingerprint}`));
  there.kill("SIGTERM");
  assert.deepEqual([(await there.ended).status, there.text], [0, "sealed!"]);
});

test("UDP: whoever answers a broadcast is heard", async (t) => {
  const there = sampan(t, ["listen", "udp://0.0.0.0:0", "--idle", "60"]);
  const here = sampan(t, ["connect", `udp://127.255.255.255:${await there.port()}`, "--broadcast", "--idle", "60"]);
  here.stdin.write("who is here?");
  await there.until(() => there.text === "who is here?");
  there.stdin.write("I am");
  await here.until(() => here.text === "I am");
});

test("UDP: that nobody listens ends it with status 3; --send-only ends when all is sent", async (t) => {
  const there = sampan(t, ["listen", "udp://:0", "--idle", "60"]);
  const address = await there.address();
  const sender = sampan(t, ["connect", address, "--send-only"]);
  sender.stdin.end("one way");
  assert.equal((await sender.ended).status, 0);
  await there.until(() => there.text === "one way");
  there.kill("SIGTERM");
  await there.ended;
  const here = sampan(t, ["connect", address, "--idle", "60"]);
  here.stdin.write("x");
  const { status, stderr } = await here.ended;
  assert.equal(status, 3, stderr);
  assert.match(stderr, /nobody listens there/);
});

/** Waits until a number does not change between looks, ten in a row. */
async function stands(look: () => number): Promise<void> {
  for (let same = 0, before = -1; same < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = look();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

function memoryOf(pid: number): { readonly rss: number } {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return { rss: pages * 4096 };
}
