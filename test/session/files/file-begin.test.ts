import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../../src/session/files/progress.js";
import { MemoryDisk } from "../memory-disk.js";
import { file, folder } from "../memory-tree.js";
import { noise, oneFile } from "../random-tree.js";
import { get, type PutOptions, put, serving } from "../two-parties.js";

const block = 2 ** 20;

const begun = (events: readonly FilesEvent[]) => events.filter(({ event }) => event === "file-begin");

/** The events of a put of `from` to `to`. */
async function putTold(from: MemoryDisk, to: MemoryDisk, options: PutOptions = {}): Promise<FilesEvent[]> {
  const events: FilesEvent[] = [];
  const parties = serving(to);
  await put(parties, await parties.dial(), from, { ...options, events });
  return events;
}

test("a put tells that a large file begins, once, and before its end", async () => {
  const from = new MemoryDisk();
  from.nodes.set("from", folder());
  from.nodes.set("from/large", file(noise(3 * block, 1)));
  from.nodes.set("from/small", file(noise(100, 2)));
  for (const lanes of [1, 3]) {
    const events = await putTold(from, new MemoryDisk(), { lanes });
    assert.deepEqual(begun(events), [{ event: "file-begin", path: "from/large", bytes: 3 * block, haveBytes: 0 }]);
    const at = events.findIndex(({ event }) => event === "file-begin");
    const end = events.findIndex((one) => one.event === "file-end" && one.path === "from/large");
    assert.ok(at < end);
  }
});

for (const [what, cutAt, haveBlocks] of [
  ["three of eight blocks", "block 3", 3],
  ["all blocks", "whole", 8],
] as const) {
  test(`both directions tell what an earlier run has brought of a file: ${what}`, async () => {
    for (const direction of ["get", "put"] as const) {
      const from = oneFile(noise(8 * block, 3));
      const to = new MemoryDisk();
      const run = async (isLast: boolean) => {
        const events: FilesEvent[] = [];
        const parties = serving(direction === "get" ? from : to);
        const connection = await parties.dial();
        const [pair] = parties.pairs as [(typeof parties.pairs)[0]];
        const receiver = direction === "get" ? pair.near : pair.far;
        const { send } = receiver;
        if (!isLast && cutAt === "whole") {
          receiver.send = (bytes, sent) => {
            if (Buffer.from(bytes).includes('"kind":"whole"')) pair.cut();
            else send.call(receiver, bytes, sent);
          };
        }
        to.slowness = async () => {
          if (!isLast && cutAt !== "whole" && to.written.length === haveBlocks) pair.cut();
        };
        const moved =
          direction === "get"
            ? get(parties, connection, to, ["from"], { events })
            : put(parties, connection, from, { events });
        await (isLast ? moved : assert.rejects(moved, { code: "E_CONNECTION_LOST" }));
        await parties.clock.pass(20_000);
        return begun(events);
      };
      const begin = { event: "file-begin", path: "from", bytes: 8 * block };
      assert.deepEqual(await run(false), [{ ...begin, haveBytes: 0 }], direction);
      const held = [...to.parts.values()].reduce((sum, part) => sum + part.held.size, 0);
      assert.ok(cutAt === "whole" ? held === haveBlocks : held >= haveBlocks, `${held} blocks are held`);
      assert.deepEqual(await run(true), [{ ...begin, haveBytes: held * block }], direction);
    }
  });
}

test("a stream begins with an unknown length, and a file that is compared with nothing", async () => {
  const from = oneFile(noise(3 * block, 4));
  const streamed = await putTold(from, new MemoryDisk(), { source: { stream: true } });
  assert.deepEqual(begun(streamed), [{ event: "file-begin", path: "from", bytes: undefined, haveBytes: 0 }]);
  const compared = await putTold(from, oneFile(noise(3 * block, 4)), { request: { checksum: true } });
  assert.deepEqual(begun(compared), [{ event: "file-begin", path: "from", bytes: 3 * block, haveBytes: 0 }]);
});
