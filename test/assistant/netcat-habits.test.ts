import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.js";
import { StartedProcess, sampan, scratch } from "./started-process.js";

/*
 * `sampan listen` and `sampan connect` in a pipe, against nc, socat and curl as they are on the machine.
 */

test("nc sends to sampan listen, and gets what stands on its standard input", needs("nc"), async (t) => {
  const here = sampan(t, ["listen", ":0"]);
  const there = new StartedProcess(t, "nc", ["-N", "127.0.0.1", await here.port()]);
  there.stdin.end("from nc");
  here.stdin.end("from sampan");
  const [ours, theirs] = await Promise.all([here.ended, there.ended]);
  assert.deepEqual([ours.stdout.toString(), theirs.stdout.toString()], ["from nc", "from sampan"]);
  assert.deepEqual([ours.status, theirs.status], [0, 0]);
});

test("sampan connect talks to nc -l, and each end of a direction arrives alone", needs("nc"), async (t) => {
  // It names its port on stderr once it listens.
  const there = new StartedProcess(t, "nc", ["-N", "-v", "-l", "127.0.0.1", "0"]);
  await there.until(() => /Listening on \S+ \d+/.test(there.stderr));
  const port = /Listening on \S+ (\d+)/.exec(there.stderr)?.[1] as string;
  const here = sampan(t, ["connect", `127.0.0.1:${port}`]);
  here.stdin.write("question");
  await there.until(() => there.text === "question");
  there.stdin.end("answer");
  await here.until(() => here.text === "answer");
  here.stdin.end(", and more after the end of nc's side");
  const [ours, theirs] = await Promise.all([here.ended, there.ended]);
  assert.equal(theirs.stdout.toString(), "question, and more after the end of nc's side");
  assert.deepEqual([ours.status, theirs.status], [0, 0]);
});

test("socat asks over TCP, ends its side, and still gets the answer", needs("socat"), async (t) => {
  const here = sampan(t, ["listen", ":0"]);
  const there = new StartedProcess(t, "socat", ["-t", "30", "-", `TCP:127.0.0.1:${await here.port()}`]);
  there.stdin.end("ping");
  await here.until(() => here.text === "ping");
  here.stdin.end("pong");
  const [ours, theirs] = await Promise.all([here.ended, there.ended]);
  assert.deepEqual([theirs.stdout.toString(), ours.status, theirs.status], ["pong", 0, 0]);
});

test("socat over a Unix socket, both ways round; the path is gone afterwards", needs("socat"), async (t) => {
  const path = join(scratch(t), "door");
  const listener = sampan(t, ["listen", `unix:${path}`]);
  await listener.address();
  const client = new StartedProcess(t, "socat", ["-t", "30", "-", `UNIX-CONNECT:${path}`]);
  client.stdin.end("a");
  listener.stdin.end("b");
  assert.equal((await client.ended).stdout.toString(), "b");
  assert.deepEqual([(await listener.ended).stdout.toString(), (await listener.ended).status], ["a", 0]);
  assert.ok(!existsSync(path));

  const server = new StartedProcess(t, "socat", ["-d", "-d", "-t", "30", "-", `UNIX-LISTEN:${path}`]);
  await server.until(() => server.stderr.includes("listening on"));
  const caller = sampan(t, ["connect", `unix:${path}`]);
  caller.stdin.end("c");
  server.stdin.end("d");
  assert.equal((await caller.ended).stdout.toString(), "d");
  assert.equal((await server.ended).stdout.toString(), "c");
});

test("curl telnet:// sends its input to sampan listen and prints the answer", needs("curl"), async (t) => {
  const here = sampan(t, ["listen", ":0"]);
  const there = new StartedProcess(t, "curl", ["-sN", `telnet://127.0.0.1:${await here.port()}`]);
  there.stdin.write("hello\n");
  await here.until(() => here.text === "hello\n");
  here.stdin.write("good day\n");
  await there.until(() => there.text === "good day\n");
  here.stdin.end();
  there.stdin.end();
  const [ours, theirs] = await Promise.all([here.ended, there.ended]);
  assert.deepEqual([ours.status, theirs.status], [0, 0]);
});

test("curl fetches a page that sampan listen gives from its standard input", needs("curl"), async (t) => {
  const here = sampan(t, ["listen", ":0"]);
  const there = new StartedProcess(t, "curl", ["-s", `http://127.0.0.1:${await here.port()}/x`]);
  await here.until(() => here.text.endsWith("\r\n\r\n"));
  assert.match(here.text, /^GET \/x HTTP\/1\.1\r\n/);
  here.stdin.end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage");
  assert.equal((await there.ended).stdout.toString(), "page");
  assert.equal((await here.ended).status, 0);
});

test("nc -u: its datagrams arrive, and it is answered", needs("nc"), async (t) => {
  const here = sampan(t, ["listen", "udp://:0", "--idle", "60"]);
  const there = new StartedProcess(t, "nc", ["-u", "127.0.0.1", await here.port()]);
  there.stdin.write("one\n");
  await here.until(() => here.text === "one\n");
  here.stdin.write("answer\n");
  await there.until(() => there.text === "answer\n");
});

test(
  "sampan connect udp:// to nc -u -l: what is read is a datagram, and the answer is waited for",
  needs("nc"),
  async (t) => {
    const there = new StartedProcess(t, "nc", ["-u", "-v", "-l", "127.0.0.1", "0"]);
    await there.until(() => /Bound on \S+ \d+/.test(there.stderr));
    const port = /Bound on \S+ (\d+)/.exec(there.stderr)?.[1] as string;
    const here = sampan(t, ["connect", `udp://127.0.0.1:${port}`]);
    here.stdin.end("one\n");
    await there.until(() => there.text === "one\n");
    there.stdin.write("answer\n");
    const ours = await here.ended;
    assert.deepEqual([ours.stdout.toString(), ours.status], ["answer\n", 0]);
  },
);

test("socat by UDP and by TLS to sampan listen", needs("socat"), async (t) => {
  const plain = sampan(t, ["listen", "udp://:0", "--idle", "60"]);
  const sender = new StartedProcess(t, "socat", ["-t", "0.1", "-", `UDP:127.0.0.1:${await plain.port()}`]);
  sender.stdin.end("datagram");
  await plain.until(() => plain.text === "datagram");

  const sealed = sampan(t, ["listen", "tls://:0"]);
  const client = new StartedProcess(t, "socat", ["-t", "30", "-", `OPENSSL:127.0.0.1:${await sealed.port()},verify=0`]);
  client.stdin.end("sealed");
  await sealed.until(() => sealed.text === "sealed");
  sealed.stdin.end("answer");
  assert.equal((await client.ended).stdout.toString(), "answer");
  assert.equal((await sealed.ended).status, 0);
});
