import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../needs.js";
import { AssistantProcess, dial, listen, scratchFolder } from "./assistant-process.js";

test("a framing error is told once, with the bytes, and the stream goes on as chunks", async (context) => {
  const server = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--frame", "u32be,max=100", "--json"]);
  const port = await server.port();
  const peer = await dial(context, port);
  peer.socket.write(Buffer.from("0000000141deadbeef00", "hex"));
  const problem = await server.event({ event: "problem" });
  assert.equal(problem.code, "E_TOO_LARGE");
  assert.match(String(problem.message), /begins at byte 5 is de ad be ef 00/);
  peer.socket.write("more");
  assert.equal((await server.event({ event: "chunk" }, 2)).text, "more");
  const other = await dial(context, port);
  other.socket.write(Buffer.from("0000000142", "hex"));
  assert.equal((await server.event({ event: "frame", id: 2 })).text, "B");
  server.write({ frame: "u8" });
  server.write({ send: "!" });
  await peer.has("\x01!");
  peer.socket.write("\x03new");
  assert.equal((await server.event({ event: "frame", id: 1, number: 2 })).text, "new");
  assert.equal(server.all({ event: "problem" }).length, 1);
});

test("a stream that ends within a frame is told", async (context) => {
  const server = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--frame", "u16be", "--json"]);
  const peer = await dial(context, await server.port());
  peer.socket.end(Buffer.from("0005414243", "hex"));
  const problem = await server.event({ event: "problem" });
  assert.equal(problem.code, "E_PROTOCOL");
  assert.match(String(problem.message), /ended within a frame.* 00 05 41 42 43/);
});

test(
  "an echo to a peer that never reads: it is not read any more, and memory stays",
  needs("linux"),
  async (context) => {
    const server = new AssistantProcess(context, [
      "listen",
      "tcp://127.0.0.1:0",
      "--reply",
      "hex:(*)=>$1$1",
      "--log",
      "/dev/null",
    ]);
    const line = String((await server.event({ event: "line" })).line);
    const port = Number(/:(\d+)$/.exec(line)?.[1]);
    const peer = await dial(context, port);
    peer.socket.pause();
    const block = Buffer.alloc(64 * 1024, 97);
    let sentBytes = 0;
    // Until the kernel's buffers on both sides are full, and the assistant reads no more.
    while (sentBytes < 256 * 1024 * 1024 && peer.socket.writableLength < 32 * 1024 * 1024) {
      peer.socket.write(block);
      sentBytes += block.length;
      await new Promise(setImmediate);
    }
    assert.ok(peer.socket.writableLength > 0, "the assistant went on reading");
    // Each turn here is one in which the assistant could read more of the first peer.
    const other = await dial(context, port);
    let wanted = "";
    for (let turn = 0; turn < 200; turn++) {
      other.socket.write("b");
      await other.has((wanted += "bb"));
    }
    const told = server.all({ event: "line" }).filter((event) => String(event.line).includes("does not read"));
    assert.deepEqual(told, [], "it read on, and had to drop answers");
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    assert.ok(peakKiB < 300 * 1024, `${peakKiB} KiB`);
  },
);

test("more than a peer takes is not queued without end, and said", async (context) => {
  const script = join(scratchFolder(context), "flood.mjs");
  writeFileSync(script, "export default () => Array(200).fill(new Uint8Array(100_000));");
  const server = await listen(context);
  const client = new AssistantProcess(context, [
    "connect",
    `tcp://127.0.0.1:${server.port}`,
    "--script",
    script,
    "--json",
  ]);
  const peer = await server.next();
  peer.socket.pause();
  peer.socket.write("go");
  const problem = await client.event({ event: "problem" });
  assert.equal(problem.code, "E_BUSY");
  assert.match(String(problem.message), /peer 1 does not read/);
  peer.socket.destroy();
  await client.ended;
});
