import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { StreamPort } from "../../src/transport/stream-port.js";
import type { UdpAddress } from "../../src/transport/udp-port.js";
import type { UdpStream } from "../../src/transport/udp-stream.js";
import { bindUdx, loadUdx, type UdxModule } from "../../src/transport/udx.js";
import { needs } from "../needs.js";

interface Heard {
  readonly bytes: Uint8Array;
  readonly from: UdpAddress;
}

async function openPort(onDatagram: (heard: Heard) => void = () => {}): Promise<StreamPort> {
  const port = await StreamPort.open({
    host: "127.0.0.1",
    port: 0,
    onDatagram: (bytes, from) => onDatagram({ bytes: Uint8Array.from(bytes), from }),
  });
  assert.ok(port, "there are no streams over UDP on this system");
  return port;
}

/** Dials a stream; resolves when its stream at the port has begun. */
async function dialled(udx: UdxModule, port: StreamPort) {
  const socket = bindUdx(udx, "127.0.0.1", 0);
  let begun: (stream: UdpStream) => void = () => {};
  const there = new Promise<UdpStream>((resolve) => {
    begun = resolve;
  });
  const id = port.expect({
    remoteId: 7,
    host: "127.0.0.1",
    timeoutMs: 10_000,
    onStream: (stream) => begun(stream),
  });
  const stream = udx.createStream(7);
  stream.on("error", () => {});
  stream.once("close", () => void socket.close());
  stream.connect(socket, id, port.port, "127.0.0.1");
  return { stream, there };
}

test("datagrams pass beside streams, those too that look like a stream's", async (t) => {
  const heard: Heard[] = [];
  let arrived = () => {};
  const port = await openPort((one) => {
    heard.push(one);
    arrived();
  });
  t.after(() => port.close());
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  const lookalike = Buffer.alloc(60);
  lookalike.set([0xff, 1]);
  for (const bytes of [Buffer.from("time"), lookalike, Buffer.from([0xff]), Buffer.alloc(0), Buffer.alloc(2048, 5)]) {
    const next = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    socket.send(bytes, port.port, "127.0.0.1");
    await next;
    const last = heard.at(-1) as Heard;
    assert.deepEqual(Buffer.from(last.bytes), bytes);
    assert.equal(last.from.port, socket.address().port);
    const answer = once(socket, "message");
    port.send(last.bytes, last.from);
    assert.deepEqual((await answer)[0], bytes);
  }
});

test("a stream carries bytes both ways and closes at both ends", async (t) => {
  const udx = (await loadUdx()) as UdxModule;
  const port = await openPort();
  t.after(() => port.close());
  const { stream, there } = await dialled(udx, port);
  stream.write(Buffer.from("hello"));
  const accepted = await there;
  assert.equal(String((await once(accepted, "data"))[0]), "hello");
  accepted.write("welcome");
  assert.equal(String((await once(stream, "data"))[0]), "welcome");
  const closed = once(accepted, "close");
  stream.end();
  await closed;
});

// Elsewhere loopback has one address.
test("another address than the one that asked cannot take the stream", needs("linux"), async (t) => {
  const udx = (await loadUdx()) as UdxModule;
  const port = await openPort();
  t.after(() => port.close());
  let begun: (from: UdpAddress) => void = () => {};
  const there = new Promise<UdpAddress>((resolve) => {
    begun = resolve;
  });
  const id = port.expect({ remoteId: 7, host: "127.0.0.1", timeoutMs: 10_000, onStream: (_, from) => begun(from) });
  const dial = (host: string) => {
    const socket = bindUdx(udx, host, 0);
    const stream = udx.createStream(7);
    stream.once("close", () => void socket.close());
    t.after(() => stream.destroy());
    stream.connect(socket, id, port.port, "127.0.0.1");
    stream.write(Buffer.from("hello"));
  };
  dial("127.0.0.2");
  dial("127.0.0.1");
  assert.equal((await there).address, "127.0.0.1");
});

test("so many streams are expected at once and no more, and those that do not come are forgotten", async (t) => {
  const port = await openPort();
  t.after(() => port.close());
  const expect = (timeoutMs: number) =>
    port.expect({ remoteId: 1, host: "127.0.0.1", timeoutMs, onStream: () => assert.fail("nobody has come") });
  const ids = new Set<number>();
  for (let count = 0; count < 256; count++) ids.add(expect(50));
  assert.equal(ids.size, 256);
  assert.throws(() => expect(50), { code: "E_BUSY" });
  // Timers of one length fire in their order: this one after all of theirs.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(expect(50) > 0);
});

test("a port that closes waits no longer for streams that were expected", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const port = await openPort();
  for (let count = 0; count < 5; count++) {
    port.expect({ remoteId: 1, host: "127.0.0.1", timeoutMs: 10_000, onStream: () => assert.fail("nobody has come") });
  }
  assert.equal(timers(), before + 5);
  await port.close();
  assert.equal(timers(), before);
});

test("whoever sends on while nobody reads is cut off before memory is", async (t) => {
  const udx = (await loadUdx()) as UdxModule;
  const port = await openPort();
  t.after(() => port.close());
  const { stream, there } = await dialled(udx, port);
  stream.write(Buffer.alloc(1));
  const accepted = await there;
  const failed = once(accepted, "error");
  const chunk = Buffer.alloc(1024 * 1024);
  const flood = () => {
    while (!stream.destroyed && stream.write(chunk));
  };
  stream.on("drain", flood);
  flood();
  assert.equal((await failed)[0].code, "E_TOO_LARGE");
  assert.ok(accepted.readableLength <= 64 * 1024 * 1024);
  stream.destroy();
});
