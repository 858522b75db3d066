import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { encodeMessage, type Header } from "../../src/wire/message.js";
import { needs } from "../needs.js";
import { fileEntry, guarded, HandMade } from "./victim.js";

const MiB = 1024 * 1024;

/** The program itself as a server, so that its memory can be looked at. */
async function serverProcess(t: TestContext): Promise<{ call(request?: Header): Promise<HandMade>; rss(): number }> {
  const { inside } = guarded(t);
  writeFileSync(join(inside, "large"), "");
  truncateSync(join(inside, "large"), 2048 * MiB);
  const config = join(inside, "..", "config");
  const program = [resolve("bin/sampan.mjs"), "serve", inside, "--host", "127.0.0.1", "--port", "0", "--json"];
  const env = { ...process.env, SAMPAN_CONFIG: config };
  const child: ChildProcess = spawn(process.execPath, program, { env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, "exit");
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = await once(lines, "line");
  const { port, link } = JSON.parse(line) as { port: number; link: string };
  const token = /#([^.]+)/.exec(link)?.[1];
  return {
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    async call(request) {
      const client = new HandMade(net.connect(port, "127.0.0.1"));
      t.after(() => void client.socket.destroy());
      client.say({ kind: "hello", versions: [1], token, digests: ["sha256"] });
      assert.ok(await client.next("welcome"));
      if (!request) return client;
      client.say(request);
      assert.ok(await client.next("ready"));
      return client;
    },
  };
}

/** Sends the same bytes so many times, as fast as they are taken; stops when the other end closes. */
async function flood({ socket }: HandMade, bytes: Uint8Array, times: number): Promise<void> {
  for (let count = 0; count < times && !socket.destroyed; count++) {
    if (socket.write(bytes)) continue;
    await new Promise<void>((done) => {
      const over = () => {
        socket.off("drain", over).off("close", over);
        done();
      };
      socket.on("drain", over).on("close", over);
    });
  }
}

const many = (header: Header, count: number) => Buffer.concat(Array(count).fill(encodeMessage(header)));

test("floods leave the server's memory flat, and end in typed errors", needs("linux"), async (t) => {
  const server = await serverProcess(t);
  const before = server.rss();
  const grown = (what: string) => {
    const growth = server.rss() - before;
    assert.ok(growth < 200, `${what}: the server grew by ${Math.round(growth)} MiB`);
  };

  const pinging = await server.call();
  await flood(pinging, many({ kind: "ping" }, 10_000), 20);
  pinging.say({ kind: "look", path: "large" });
  assert.ok(await pinging.next("end"), "an answer after 200,000 pings");
  grown("pings");

  const get = { kind: "get", paths: ["large"] };
  const greedy = await server.call(get);
  await greedy.next("offer");
  const wants = many({ kind: "want", parts: Array(256).fill([0, 0, 1]) }, 100);
  greedy.socket.pause();
  await flood(greedy, wants, 40);
  greedy.socket.resume();
  assert.equal(await greedy.putOut(), "E_TOO_LARGE", "a million wants of the same block");
  grown("wants");

  const wholes = await server.call(get);
  await wholes.next("offer");
  await flood(wholes, many({ kind: "whole", parts: [[0, "0".repeat(64)]] }, 1000), 100);
  grown("wholes");

  const deaf = await server.call();
  deaf.socket.pause();
  await flood(deaf, many({ kind: "dance", step: "x" }, 1000), 2000);
  assert.ok(deaf.socket.destroyed, "a peer that asks 2,000,000 times and never reads is put out");
  grown("questions without a reader");

  const offering = await server.call({ kind: "put", to: "", sources: [{ name: "up" }] });
  let code: unknown;
  const ended = offering.putOut().then((found) => (code = found));
  for (let id = 0; id < 60_000 && !offering.closed; id += 1000) {
    const entries = Array.from({ length: 1000 }, (_, at) => fileEntry(id + at, `f${id + at}`, 2 ** 40));
    await flood(offering, encodeMessage({ kind: "offer" }, Buffer.from(JSON.stringify(entries))), 1);
    await new Promise((done) => setImmediate(done));
  }
  await ended;
  assert.equal(code, "E_TOO_LARGE", "offers without end");
  grown("offers of terabytes");
});
