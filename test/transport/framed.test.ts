import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import { Duplex, PassThrough } from "node:stream";
import { test } from "node:test";
import { type FramedStream, framed } from "../../src/transport/framed/framed-stream.js";
import { parseRule } from "../../src/wire/index.js";
import { SampanError } from "../../src/wire/sampan-error.js";

const rule = parseRule("u32be,max=1M");

/** Two ends of a real TCP connection. */
async function withSockets(work: (near: Socket, far: Socket) => Promise<void>): Promise<void> {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = net.connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[far]] = await Promise.all([once(server, "connection") as Promise<[Socket]>, once(near, "connect")]);
  try {
    await work(near, far);
  } finally {
    near.destroy();
    far.destroy();
    server.close();
    await once(server, "close");
  }
}

const text = (frame: Uint8Array) => Buffer.from(frame).toString();

function heard(stream: FramedStream): { frames: string[]; over: Promise<SampanError | undefined> } {
  const frames: string[] = [];
  const over = new Promise<SampanError | undefined>((resolve) =>
    stream.listen((frame) => frames.push(text(frame)), resolve),
  );
  return { frames, over };
}

test("frames of all sizes arrive whole and in order, by callback and by iterating", async () => {
  const sizes = [0, 1, 36, 65_531, 65_532, 65_533, 200_000, 3, 1_000_000, 5];
  const sent = sizes.map((size, index) => String(index).repeat(size).slice(0, size));
  for (const way of ["listen", "iterate"]) {
    await withSockets(async (near, far) => {
      const out = framed(near, rule);
      const incoming = framed(far, rule);
      const listened = way === "listen" ? heard(incoming) : undefined;
      for (const frame of sent) if (!out.send(Buffer.from(frame))) await out.drained();
      out.end();
      if (listened) {
        assert.equal(await listened.over, undefined);
        assert.deepEqual(listened.frames, sent);
      } else {
        const frames: Uint8Array[] = [];
        for await (const frame of incoming) frames.push(frame);
        assert.deepEqual(frames.map(text), sent);
      }
    });
  }
});

test("what is sent in one turn leaves in one write", async () => {
  const writes: number[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.length);
      done();
    },
  });
  const out = framed(stream, rule);
  for (let i = 0; i < 1000; i++) out.send(Buffer.alloc(36));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(writes, [40_000]);
  out.send(Buffer.alloc(1));
  await out.drained();
  assert.deepEqual(writes, [40_000, 5]);
});

test("a buffer is not used again before the stream is through with it", async () => {
  const held: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      held.push(chunk);
      setImmediate(done);
    },
    highWaterMark: 1 << 30,
  });
  const out = framed(stream, rule);
  for (let turn = 0; turn < 5; turn++) {
    out.send(Buffer.from([turn]));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(held.at(-1)?.at(-1), turn);
  }
  const early = framed(new Duplex({ read() {}, write: (chunk: Buffer) => void held.push(chunk) }), rule);
  held.length = 0;
  for (let turn = 0; turn < 3; turn++) {
    early.send(Buffer.from([turn]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  // The first write never ends: the stream keeps the others, and none of them shares its memory.
  assert.equal(held.length, 1);
  assert.equal(held[0]?.at(-1), 0);
});

test("a slow reader makes send say so, and drained waits for it", async () => {
  await withSockets(async (near, far) => {
    const out = framed(near, rule);
    far.pause();
    let sent = 0;
    while (out.send(Buffer.alloc(100_000))) {
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const waiting = out.drained();
    const listened = heard(framed(far, rule));
    await waiting;
    out.end();
    assert.equal(await listened.over, undefined);
    assert.equal(listened.frames.length, sent + 1);
  });
});

test("a stream that ends within a frame, or whose length is too large, is an error that is told once", async () => {
  for (const [bytes, code] of [
    [Buffer.from([0, 0, 0, 5, 1]), "E_PROTOCOL"],
    [Buffer.from([0x7f, 0, 0, 0]), "E_TOO_LARGE"],
  ] as const) {
    await withSockets(async (near, far) => {
      const listened = heard(framed(far, rule));
      near.end(bytes);
      assert.equal((await listened.over)?.code, code);
      assert.ok(far.destroyed);
    });
    await withSockets(async (near, far) => {
      near.end(bytes);
      await assert.rejects(
        async () => {
          for await (const _ of framed(far, rule));
        },
        { code },
      );
    });
  }
});

test("a reset is told as a lost connection, to the reader and to whoever waits to send", async () => {
  await withSockets(async (near, far) => {
    const out = framed(near, rule);
    const listened = heard(out);
    far.resetAndDestroy();
    assert.equal((await listened.over)?.code, "E_CONNECTION_LOST");
    await assert.rejects(out.drained(), { code: "E_CONNECTION_LOST" });
  });
});

test("a frame that the rule cannot carry is refused, and nothing of it is sent", async () => {
  const pipe = new PassThrough();
  const out = framed(pipe, parseRule("u8"));
  assert.throws(() => out.send(Buffer.alloc(256)), { code: "E_TOO_LARGE" });
  out.send(Buffer.from("x"));
  out.end();
  assert.deepEqual(Buffer.concat(await pipe.toArray()), Buffer.from([1, 0x78]));
});

test("the frames of a stream are read once", () => {
  const stream = framed(new PassThrough(), rule);
  stream.listen(
    () => {},
    () => {},
  );
  assert.throws(
    () =>
      stream.listen(
        () => {},
        () => {},
      ),
    { code: "E_USAGE" },
  );
});

test("leaving the loop early closes the connection", async () => {
  await withSockets(async (near, far) => {
    const out = framed(near, rule);
    for (let i = 0; i < 10; i++) out.send(Buffer.from([i]));
    for await (const frame of framed(far, rule)) {
      assert.deepEqual([...frame], [0]);
      break;
    }
    assert.ok(far.destroyed);
  });
});
