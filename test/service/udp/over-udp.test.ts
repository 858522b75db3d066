import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { ConnectOptions, ServerEvent } from "../../../src/service/api.js";
import { connect } from "../../../src/service/connect.js";
import { serve } from "../../../src/service/serve.js";
import type { SampanError } from "../../../src/wire/sampan-error.js";
import { badNetwork, type CarryDatagram, UdpProxy } from "./udp-proxy.js";

/** Loopback has many addresses on Linux; where it has one, nobody can stand between. */
const otherHost = "127.0.0.2";
const needsOtherHost = { skip: process.platform === "linux" ? false : `loopback has no ${otherHost} here` };

async function scene(t: TestContext, options: { udp?: boolean } = {}) {
  const root = mkdtempSync(join(tmpdir(), "sampan-test-stream-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "served");
  mkdirSync(folder);
  const content = randomBytes(5_300_000);
  writeFileSync(join(folder, "film"), content);
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent) => void events.push(event);
  const configFolder = join(root, "config");
  const server = await serve({ folder, host: "127.0.0.1", port: 0, configFolder, allowRun: true, onEvent, ...options });
  t.after(() => server.close());
  const failures: SampanError[] = [];
  const udp: ConnectOptions = { udp: true, onUdpFailed: (error) => void failures.push(error) };
  const peers = () => events.flatMap((event) => (event.event === "peer" ? [event] : []));
  return { root, folder, content, server, udp, failures, peers };
}

/** The server under another address: TCP as it is, datagrams as `carry` says. */
async function behind(t: TestContext, link: string, port: number, carry: CarryDatagram) {
  const tcp = createServer((near) => {
    const far = connectTcp(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise<void>((resolve) => tcp.listen(0, otherHost, resolve));
  const udp = await UdpProxy.open(otherHost, port, "127.0.0.1", carry);
  t.after(async () => {
    udp.close();
    await new Promise((resolve) => tcp.close(resolve));
  });
  const { port: tcpPort } = tcp.address() as AddressInfo;
  return { udp, link: link.replace(/127\.0\.0\.1:\d+/, `${otherHost}:${tcpPort}`) };
}

test("files, listings and commands go by UDP as they go by TCP", async (t) => {
  const { root, folder, content, server, udp, failures, peers } = await scene(t);
  const peer = await connect(server.runLink as string, udp);
  const got = await peer.files.get("film", join(root, "copy")).result;
  assert.deepEqual(readFileSync(join(root, "copy")), content);
  const put = await peer.files.put(join(root, "copy"), "back").result;
  assert.equal(put.digest, got.digest);
  assert.deepEqual(readFileSync(join(folder, "back")), content);
  const names: string[] = [];
  for await (const { path } of peer.files.list("")) names.push(path);
  assert.deepEqual(names.sort(), ["back", "film"]);
  const run = peer.run([process.execPath, "-e", "process.stdout.write('x'.repeat(300000))"]);
  let bytes = 0;
  for await (const chunk of run.stdout) bytes += chunk.length;
  assert.equal(bytes, 300_000);
  await peer.close();
  assert.deepEqual(failures, []);
  // Each connection is made by TCP first, and then goes over.
  const all = peers();
  assert.ok(all.length >= 2 && all.length % 2 === 0, JSON.stringify(all));
  assert.ok(all.every(({ sealed }) => sealed));
});

test("datagrams lost, doubled and out of order do no harm", needsOtherHost, async (t) => {
  const { root, folder, content, server, udp, failures } = await scene(t);
  const { udp: proxy, link } = await behind(t, server.link as string, server.port, badNetwork(7, 0.03));
  const peer = await connect(link, udp);
  await peer.files.get("film", join(root, "copy")).result;
  assert.deepEqual(readFileSync(join(root, "copy")), content);
  await peer.files.put(join(root, "copy"), "back").result;
  assert.deepEqual(readFileSync(join(folder, "back")), content);
  await peer.close();
  assert.deepEqual(failures, []);
  assert.ok(proxy.carried > (2 * content.length) / 1500, `${proxy.carried} datagrams only`);
});

test("where UDP does not pass, that is said once and TCP carries on", needsOtherHost, async (t) => {
  const { root, content, server, udp, failures } = await scene(t);
  const { udp: proxy, link } = await behind(t, server.link as string, server.port, () => []);
  const peer = await connect(link, udp);
  await peer.files.get("film", join(root, "copy"), { jobs: 3 }).result;
  assert.deepEqual(readFileSync(join(root, "copy")), content);
  await peer.close();
  assert.deepEqual(
    failures.map(({ code }) => code),
    ["E_CONNECT"],
  );
  assert.match(failures[0]?.message ?? "", /UDP/);
  assert.ok(proxy.carried > 0);
});

test("a server without streams is used by TCP", async (t) => {
  const { root, content, server, udp, failures } = await scene(t, { udp: false });
  const peer = await connect(server.link as string, udp);
  await peer.files.get("film", join(root, "copy")).result;
  assert.deepEqual(readFileSync(join(root, "copy")), content);
  await peer.close();
  assert.deepEqual(
    failures.map(({ code }) => code),
    ["E_UNSUPPORTED"],
  );
});

test("an unsealed connection does not go over", async (t) => {
  const { server, udp, failures } = await scene(t);
  const peer = await connect(server.link as string, { ...udp, plain: true });
  assert.equal((await peer.files.look("film"))?.type, "file");
  await peer.close();
  assert.deepEqual(
    failures.map(({ code }) => code),
    ["E_UNSUPPORTED"],
  );
});

test("a server that closes ends what goes by UDP at once, and leaves nothing behind", async (t) => {
  const { root, server, udp, failures } = await scene(t);
  const peer = await connect(server.link as string, udp);
  const transfer = peer.files.get("film", join(root, "copy"), { bytesPerSecond: 500_000, timeoutMs: 1500 });
  for await (const event of transfer) if (event.event === "progress" && event.bytes > 0) break;
  const closed = server.close();
  await assert.rejects(transfer.result, ({ code }: SampanError) => code === "E_CONNECT" || code === "E_TIMED_OUT");
  await closed;
  await peer.close();
  assert.deepEqual(failures, []);
});
