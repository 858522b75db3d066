import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import type { ShellEvent } from "../../../src/service/shell/shell-api.js";
import { linkVia } from "../../bad-days/scene.js";
import { type Carried, TcpProxy } from "../../bad-days/tcp-proxy.js";
import { Printed, shellScene } from "./shell-scene.js";
import { watchFor } from "./watch-for.js";

test("the network is cut again and again, and nothing typed or printed is lost or doubled", async (t) => {
  const { server } = await shellScene(t);
  let cuts = 0;
  const proxy = await TcpProxy.open(t, server.port, (connection) => {
    let left = 100_000 + connection.number * 30_000;
    const countdown = (chunk: Buffer): Buffer => {
      left -= chunk.length;
      if (left > 0 || (cuts >= 6 && cuts < connection.number)) return chunk;
      cuts = connection.number;
      setImmediate(() => connection.cut());
      return chunk.subarray(0, chunk.length >> 1);
    };
    connection.toServer = countdown;
    connection.toClient = countdown;
  });
  const peer = await connect(linkVia(proxy.port, server.runLink as string));
  t.after(() => peer.close());
  const events: ShellEvent["event"][] = [];
  const shell = await peer.shell({
    command: ["sh", "-c", "stty raw -echo; echo ready; exec cat"],
    onEvent: ({ event }) => void events.push(event),
  });
  const printed = new Printed(shell);
  await printed.until(/ready\n/);
  const typed = randomBytes(1_500_000);
  for (let at = 0; at < typed.length; at += 10_000) {
    if (!shell.write(typed.subarray(at, at + 10_000))) await once(shell, "drain");
  }
  while (printed.bytes < typed.length + 6) await once(shell, "data");
  assert.ok(Buffer.from(printed.text, "latin1").subarray(6).equals(typed));
  assert.equal(cuts, 6);
  assert.equal(events.filter((event) => event === "back").length, 6);
});

test("while the network is away the program goes on; then the screen is painted", async (t) => {
  const { server, folder } = await shellScene(t);
  const carried: Carried[] = [];
  let isUp = true;
  const proxy = await TcpProxy.open(t, server.port, (connection) => {
    carried.push(connection);
    if (!isUp) connection.cut();
  });
  const peer = await connect(linkVia(proxy.port, server.runLink as string));
  t.after(() => peer.close());
  let heard: (event: ShellEvent) => void = () => {};
  const lost = new Promise<void>((resolve) => {
    heard = ({ event }) => event === "retry" && resolve();
  });
  const shell = await peer.shell({
    command: [
      "sh",
      "-c",
      "echo ready; read go; seq 1 400000; printf '\\033[?2004hLAST\\r\\n'; touch printed; read go; echo $go",
    ],
    onEvent: (event) => heard(event),
  });
  const printed = new Printed(shell);
  await printed.until(/ready/);
  shell.write("now\n");
  await printed.until(/\n1000\r/);
  isUp = false;
  for (const connection of carried) connection.cut();
  await lost;
  // Typed while nobody is there to hear it.
  shell.write("typed in the dark\n");

  await watchFor(folder, "printed");
  isUp = true;
  await printed.until(/399999 *(\r\n|\x1b)[^]*400000[^]*LAST[^]*typed in the dark[^]*typed in the dark/);
  assert.ok(printed.bytes < 2_000_000, "what nobody could see was not sent");
  assert.match(printed.text, /\x1b\[\?2004h/);
  assert.deepEqual(await shell.ended, { why: "exited", status: 0, signal: undefined });
});

test("a shell that ends while the network is away leaves its last words and its status", async (t) => {
  const { server, peer: other } = await shellScene(t);
  const carried: Carried[] = [];
  let isUp = true;
  const proxy = await TcpProxy.open(t, server.port, (connection) => {
    carried.push(connection);
    if (!isUp) connection.cut();
  });
  const peer = await connect(linkVia(proxy.port, server.runLink as string));
  t.after(() => peer.close());
  const shell = await peer.shell({ command: ["sh", "-c", "echo ready; read go; echo last words; exit 9"] });
  const printed = new Printed(shell);
  await printed.until(/ready/);
  isUp = false;
  for (const connection of carried) connection.cut();
  const thief = await other.shell({ attach: shell.id });
  thief.resume();
  thief.write("go\n");
  assert.deepEqual(await thief.ended, { why: "exited", status: 9, signal: undefined });
  isUp = true;
  assert.deepEqual(await shell.ended, { why: "exited", status: 9, signal: undefined });
  await printed.until(/last words/);
});

test("a server that closes says so, and its shells are gone", async (t) => {
  const { server, peer } = await shellScene(t);
  const shell = await peer.shell({ command: ["sh", "-c", "echo $$; exec sleep 1000"] });
  const [pid] = await new Printed(shell).until(/\d+/);
  await server.close();
  await assert.rejects(shell.ended, { code: "E_CONNECTION_LOST", message: /the server is gone/ });
  assert.throws(() => process.kill(Number(pid), 0), { code: "ESRCH" });
});
