import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilesEvent } from "../../../src/session/files/progress.js";
import { MemoryDisk } from "../memory-disk.js";
import { file } from "../memory-tree.js";
import { codeOfRejection, get, put, serving } from "../two-parties.js";

const MiB = 2 ** 20;

for (const direction of ["get", "put"] as const) {
  test(`${direction}: a path that falls silent after a burst leaves the last word on how far it came`, async () => {
    const from = new MemoryDisk();
    from.nodes.set("from", file(new Uint8Array(8 * MiB).fill(1)));
    const to = new MemoryDisk();
    const events: FilesEvent[] = [];
    const parties = serving(direction === "get" ? from : to);
    const path = { silentAfterBytes: 5.5 * MiB };
    const connection = await parties.dial(direction === "get" ? { back: path } : { there: path });
    const moved =
      direction === "get"
        ? get(parties, connection, to, ["from"], { events })
        : put(parties, connection, from, { events });
    // The server of a put hears nothing any more either, and is first to say so.
    assert.equal(await codeOfRejection(moved), direction === "get" ? "E_SILENT" : "E_CONNECTION_LOST");
    const told = events.flatMap((event) => (event.event === "progress" ? [event.bytes] : []));
    assert.equal(told.at(-1), 5 * MiB, `told ${told}`);
    assert.ok(told.length < 10, `said ${told.length} times, though nothing moved`);
  });
}
