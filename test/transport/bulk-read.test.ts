import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import fs, { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { loadIdentity } from "../../src/service/identity.js";
import { dial } from "../../src/transport/dial.js";
import { type Caller, listen } from "../../src/transport/listen.js";
import type { SocketLink } from "../../src/transport/socket-link.js";

const MiB = 2 ** 20;
const totalBytes = 48 * MiB;
const chunk = randomBytes(MiB);

/** Two ends of a sealed connection on loopback. */
async function sealedPair(t: TestContext): Promise<{ dialled: SocketLink; accepted: SocketLink }> {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-bulk-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { cert, key, fingerprint } = await loadIdentity(folder);
  let called: (caller: Caller) => void = () => {};
  const caller = new Promise<Caller>((resolve) => (called = resolve));
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    cert,
    key,
    plain: false,
    maxStrangers: 10,
    strangerTimeoutMs: 60_000,
    onCaller: called,
    onRefused: (_address, error) => assert.fail(error),
  });
  t.after(() => listener.close());
  const dialled = await dial({ host: "127.0.0.1", port: listener.port, fingerprint }, { timeoutMs: 10_000 });
  t.after(() => dialled.destroy());
  const { link: accepted, known } = await caller;
  known();
  return { dialled, accepted };
}

/** Sends so many bytes, a piece when the last has been taken. */
function send(link: SocketLink, bytes: number, sent: () => void): void {
  if (bytes === 0) return sent();
  link.send(chunk, () => send(link, bytes - chunk.length, sent));
}

/** Takes all that comes into one buffer, as a body of a message that is to come is taken. */
class Receiver {
  readonly hash = createHash("sha256");
  readonly closed: Promise<void>;
  bytes = 0;
  onTaken: (count: number) => void = () => {};
  readonly #body = new Uint8Array(MiB);
  #filled = 0;

  constructor(link: SocketLink) {
    link.roomForBytes = () => this.#body.subarray(this.#filled);
    link.onRoomFilled = (count) => {
      this.hash.update(this.#body.subarray(this.#filled, this.#filled + count));
      this.#filled = (this.#filled + count) % MiB;
      this.#took(count);
    };
    link.onBytes = (chunk) => {
      this.hash.update(chunk);
      this.#took(chunk.length);
    };
    this.closed = new Promise((resolve) => (link.onClose = () => resolve()));
  }

  #took(count: number): void {
    this.bytes += count;
    this.onTaken(count);
  }
}

/** Counts what is read from descriptors, from now to the end of the test. */
function countReads(t: TestContext): { bytes: number; reads: number } {
  const counted = { bytes: 0, reads: 0 };
  const original = fs.readSync;
  const counting = (...args: Parameters<typeof fs.readSync>) => {
    const count = original(...args);
    counted.bytes += count;
    counted.reads++;
    return count;
  };
  fs.readSync = counting as typeof fs.readSync;
  syncBuiltinESMExports();
  t.after(() => {
    fs.readSync = original;
    syncBuiltinESMExports();
  });
  return counted;
}

function expectedHash(): string {
  const hash = createHash("sha256");
  for (let at = 0; at < totalBytes; at += chunk.length) hash.update(chunk);
  return hash.digest("hex");
}

describe("a large body by a sealed connection", () => {
  for (const role of ["dialled", "accepted"] as const) {
    const ends = async (t: TestContext) => {
      const pair = await sealedPair(t);
      const [from, to] = role === "dialled" ? [pair.accepted, pair.dialled] : [pair.dialled, pair.accepted];
      return { from, to, receiver: new Receiver(to) };
    };

    test(`${role}: comes in few, large reads`, { skip: process.platform === "win32" }, async (t) => {
      const counted = countReads(t);
      const { from, receiver } = await ends(t);
      send(from, totalBytes, () => from.end());
      await receiver.closed;
      assert.equal(receiver.bytes, totalBytes);
      assert.equal(receiver.hash.digest("hex"), expectedHash());
      // What the socket reads itself, to learn that there is something, is the smaller part.
      assert.ok(counted.bytes > totalBytes / 2, `${counted.bytes} bytes in ${counted.reads} reads`);
    });

    for (const means of ["with", "without"] as const) {
      test(`${role}: is whole and in order, though its reader stops and goes on, ${means} large reads`, async (t) => {
        if (means === "without") {
          process.env.SAMPAN_STATIC_READ = "0";
          t.after(() => delete process.env.SAMPAN_STATIC_READ);
        }
        const { from, to, receiver } = await ends(t);
        let stops = 0;
        let paused = false;
        receiver.onTaken = () => {
          if (paused || receiver.bytes < (stops + 1) * 300_000) return;
          stops++;
          paused = true;
          to.pause();
          setImmediate(() => {
            paused = false;
            to.resume();
          });
        };
        send(from, totalBytes, () => from.end());
        await receiver.closed;
        assert.equal(receiver.bytes, totalBytes);
        assert.equal(receiver.hash.digest("hex"), expectedHash());
        assert.ok(stops > 20, `stopped ${stops} times`);
      });
    }

    test(`${role}: a reader that stops is given little more, and hears of the end when it goes on`, async (t) => {
      const { from, to, receiver } = await ends(t);
      let afterBytes = 0;
      await new Promise<void>((resolve) => {
        receiver.onTaken = () => {
          if (receiver.bytes < 3 * MiB) return;
          receiver.onTaken = (count) => void (afterBytes += count);
          to.pause();
          resolve();
        };
        send(from, totalBytes, () => {});
      });
      // The other end waits for its buffers by then.
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      assert.ok(afterBytes <= MiB, `${afterBytes} bytes after the stop`);
      from.destroy();
      to.resume();
      await receiver.closed;
    });

    test(`${role}: an end that is cut off in the middle is noticed`, async (t) => {
      const { from, receiver } = await ends(t);
      receiver.onTaken = () => {
        if (receiver.bytes > 5 * MiB) from.destroy();
      };
      send(from, totalBytes, () => {});
      await receiver.closed;
      assert.ok(receiver.bytes < totalBytes);
    });

    test(`${role}: a receiver that destroys its link while it is given bytes gets no more`, async (t) => {
      const { from, to, receiver } = await ends(t);
      const senderClosed = new Promise<void>((resolve) => (from.onClose = () => resolve()));
      let last = 0;
      receiver.onTaken = () => {
        assert.equal(last, 0, "bytes came after the link was destroyed");
        if (receiver.bytes < 5 * MiB) return;
        last = receiver.bytes;
        to.destroy();
      };
      send(from, totalBytes, () => {});
      await Promise.all([receiver.closed, senderClosed]);
      assert.equal(receiver.bytes, last);
    });
  }
});
