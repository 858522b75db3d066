import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeMessage, MessageDecoder } from "../../src/wire/message.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { holds } from "./holds.js";
import { MemoryDisk } from "./memory-disk.js";
import { file, folder, link } from "./memory-tree.js";
import { noise } from "./random-tree.js";
import { get, put, serving } from "./two-parties.js";
import { seeded } from "./virtual-clock.js";

const block = 1024 * 1024;

function sample(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.nodes.set("from", folder());
  disk.nodes.set("from/empty", file(new Uint8Array(0)));
  disk.nodes.set("from/large", file(noise(2 * block + 9, 1)));
  disk.nodes.set("from/link", link("small"));
  disk.nodes.set("from/small", file(noise(300, 2)));
  return disk;
}

/** Spoils the messages of one direction: some are lost, come twice, change places, or have bytes turned or cut. */
function spoiler(random: () => number, chance: number): (bytes: Uint8Array) => Uint8Array[] {
  let kept: Uint8Array | undefined;
  return (bytes) => {
    const copy = bytes.slice();
    const given = kept ? [copy, kept] : [copy];
    kept = undefined;
    if (random() > chance) return given;
    switch (Math.floor(random() * 7)) {
      case 0:
        return [];
      case 1:
        return [copy, copy.slice()];
      case 2:
        kept = copy;
        return [];
      case 3:
        return [copy.subarray(0, Math.floor(random() * copy.length))];
      case 4:
        return mutateHeader(copy, random);
      default: {
        const most = random() < 0.7 ? Math.min(120, copy.length) : copy.length;
        const at = Math.floor(random() * most);
        copy[at] = (copy[at] as number) ^ (1 << Math.floor(random() * 8));
        return given;
      }
    }
  };
}

/** Another number, or nothing, in place of one in the header: well-formed, and wrong. */
function mutateHeader(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const given: Uint8Array[] = [];
  new MessageDecoder().push(bytes, ({ header, body }) => {
    const numbers = [0, 1, 2, 7, -1, 0.5, 2 ** 31, 2 ** 50, null, "x", []];
    const text = JSON.stringify(header).replace(/(?<=[[:,])\d+(?=[\],}])/g, (found) =>
      random() < 0.4 ? JSON.stringify(numbers[Math.floor(random() * numbers.length)]) : found,
    );
    given.push(encodeMessage({ ...JSON.parse(text), size: body.length }, body));
  });
  return given;
}

async function converse(seed: number, isGet: boolean, spoilsServer: boolean, isStream: boolean): Promise<void> {
  const [from, to] = [sample(), new MemoryDisk()];
  for (const path of ["from", "from/old"]) to.nodes.set(path, folder());
  const source = isStream ? { stream: true } : {};
  if (isStream) from.nodes.clear();
  if (isStream) from.nodes.set("from", file(noise(2 * block, 3)));
  if (isStream) to.nodes.delete("from");
  const parties = serving(isGet ? from : to, { seed, source });
  const connection = await parties.dial();
  const pair = parties.pairs[0] as (typeof parties.pairs)[0];
  const end = spoilsServer ? pair.far : pair.near;
  const spoil = spoiler(seeded(seed), 0.15);
  const send = end.send.bind(end);
  end.send = (bytes, sent) => {
    for (const message of spoil(bytes)) send(message);
    if (sent) parties.clock.after(0, sent);
  };
  const checksum = seed % 2 === 0;
  const request = { checksum, delete: true, tellRemoved: true };
  const before = parties.clock.nowMs();
  try {
    if (isGet) await get(parties, connection, to, ["from"], { receive: { checksum, removeOthers: true } });
    else await put(parties, connection, from, { source, request, send: { tellRemoved: true } });
  } catch (error) {
    // A message that is lost leaves both ends waiting for the other; both say so by pings, for ever.
    if (error instanceof Error && /not settled after/.test(error.message)) {
      assert.ok(!connection.closed, "a closed connection, and the transfer is not over");
      connection.channel.destroy(new SampanError("E_INTERRUPTED", "given up by the test"));
    } else {
      assert.ok(error instanceof SampanError, String(error));
      assert.notEqual(error.code, "E_BUG", error.message);
    }
  }
  assert.ok(parties.clock.nowMs() - before <= 700_000);
  pair.cut();
  await parties.clock.pass(20_000);
  for (const error of parties.refused) assert.notEqual(error.code, "E_BUG", error.message);
  for (const told of parties.told) if (told instanceof SampanError) assert.notEqual(told.code, "E_BUG", told.message);
  for (const part of to.parts.values()) assert.equal(part.locked, false, "a part is still held");
  assert.equal(to.openExisting, 0, "a file is still open");
}

const examples: [number, boolean, boolean, boolean][] = [
  [1, true, true, false],
  [2, false, false, true],
];

test("a conversation whose messages are spoiled ends, in success or in a typed error that is no bug", async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => void rejections.push(reason);
  process.on("unhandledRejection", note);
  try {
    await holds(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), fc.boolean(), fc.boolean(), fc.boolean(), converse),
      { numRuns: 150, seed: 11, examples },
    );
    assert.deepEqual(rejections, []);
  } finally {
    process.off("unhandledRejection", note);
  }
});
