import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel } from "../../src/session/channel.js";
import { OpenFiles } from "../../src/session/files/open-files.js";
import { ReceiveLane } from "../../src/session/files/receive-lane.js";
import { ReceivedFile } from "../../src/session/files/received-file.js";
import { SentFile } from "../../src/session/files/sent-file.js";
import type { PartFile } from "../../src/session/ports.js";
import { MessageDecoder } from "../../src/wire/message.js";
import { refused } from "../refused.js";
import { fileEntry } from "../store/scratch.js";
import { MemoryDisk } from "./memory-disk.js";
import { MemorySource } from "./memory-tree.js";
import { noise, oneFile } from "./random-tree.js";
import { codeOfRejection, put, serving } from "./two-parties.js";

const MiB = 1024 * 1024;
const lane = () => new ReceiveLane({ send: () => {}, receivedBytes: 0, events: {} } as unknown as Channel, 0);
const part = (held = new Map<number, Uint8Array>()) => ({ held, write: async () => {} }) as unknown as PartFile;
const entry = (bytes: number | undefined) => ({ ...fileEntry("a", bytes), id: 0, source: 0 });

test("a declared petabyte takes no memory before its blocks come", () => {
  const before = process.memoryUsage().arrayBuffers;
  const file = new ReceivedFile(entry(2 ** 50), "a", part());
  assert.deepEqual(file.nextRange(16, lane()), { first: 0, count: 16 });
  assert.ok(process.memoryUsage().arrayBuffers - before < MiB);
});

test("blocks of a stream cannot be held, and those of a file only within it", () => {
  const source = new MemorySource(new Map());
  const digest = new Uint8Array(32);
  const stream = new SentFile(entry(undefined), source, "a", new OpenFiles());
  refused("E_PROTOCOL", () => stream.hold(2 ** 40, [digest]));
  const file = new SentFile(entry(3 * MiB), source, "a", new OpenFiles());
  refused("E_PROTOCOL", () => file.hold(2, [digest, digest]));
  file.hold(1, [digest, digest]);
  assert.ok(file.knows(2) && !file.knows(0));
});

test("beyond 128 GiB a stream is cut into blocks of 8 MiB, as a file of known length is", () => {
  const first = 131_072;
  const held = new Map(Array.from({ length: first }, (_, index) => [index, new Uint8Array(32)] as const));
  const file = new ReceivedFile(entry(undefined), "a", part(held));
  const own = lane();
  assert.equal(file.nextRange(1, own)?.first, first);
  const block = { id: 0, index: first, how: "bytes" as const, digest: new Uint8Array(32), content: new Uint8Array(0) };
  assert.equal(
    file.accept({ ...block, length: 8 * MiB }, own, () => new Uint8Array(32)),
    true,
  );
});

test("only the last block of a stream may be short, whichever comes first", () => {
  const digest = new Uint8Array(32);
  const blocks = (...parts: [index: number, length: number][]) => {
    const file = new ReceivedFile(entry(undefined), "a", part());
    const own = lane();
    file.nextRange(8, own);
    for (const [index, length] of parts) {
      const content = { id: 0, index, length, how: "bytes" as const, digest, content: new Uint8Array(0) };
      assert.equal(
        file.accept(content, own, () => digest),
        true,
      );
    }
  };
  blocks([0, MiB], [1, MiB], [2, 5]);
  blocks([2, 5], [0, MiB], [1, MiB]);
  refused("E_PROTOCOL", () => blocks([0, 5], [1, MiB]));
  refused("E_PROTOCOL", () => blocks([1, MiB], [0, 5]));
  refused("E_PROTOCOL", () => blocks([0, 5], [1, 5]));
  refused("E_PROTOCOL", () => blocks([1, 5], [0, 5]));
});

test("a stream whose end does not fit what came is refused, and gets no name", async () => {
  for (const said of [1, MiB + 1]) {
    const to = new MemoryDisk();
    const parties = serving(to);
    const connection = await parties.dial();
    const { near } = parties.pairs[0] as (typeof parties.pairs)[0];
    const send = near.send.bind(near);
    const { channel } = connection;
    near.send = (bytes, sent) => {
      let isEnded = false;
      new MessageDecoder().push(bytes, ({ header }) => {
        isEnded = header.kind === "ended";
      });
      if (!isEnded) return send(bytes, sent);
      near.send = send;
      channel.send({ kind: "ended", id: 0, bytes: said });
    };
    const code = await codeOfRejection(
      put(parties, connection, oneFile(noise(2 * MiB + 5, 1)), { source: { stream: true } }),
    );
    assert.equal(code, "E_PROTOCOL", `said ${said}`);
    assert.equal(to.nodes.has("from"), false);
  }
});
