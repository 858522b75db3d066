import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { ServerEvent } from "../../../src/service/api.js";
import { type HandOver, type HandOverOptions, handOver } from "../../../src/service/handover/hand-over.js";
import { type ReceivedFiles, receive } from "../../../src/service/handover/receive.js";
import { SelectionStore } from "../../../src/service/handover/selection-store.js";

const scratch = mkdtempSync(path.join(tmpdir(), "sampan-test-handover-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const at = (...parts: string[]) => path.join(scratch, ...parts);
const configFolder = at("config");
mkdirSync(at("one", "sub"), { recursive: true });
mkdirSync(at("two"));
writeFileSync(at("one", "a.txt"), "first a");
writeFileSync(at("one", "sub", "deep.bin"), Buffer.alloc(3_000_000, 7));
writeFileSync(at("two", "a.txt"), "second a");

type What = Parameters<typeof handOver>[0];

async function handing(
  what: What,
  options: HandOverOptions,
  work: (offer: HandOver, place: { host: string; port: number }) => Promise<void>,
): Promise<void> {
  const offer = await handOver(what, { configFolder, host: "127.0.0.1", hidden: true, ...options });
  try {
    await work(offer, { host: "127.0.0.1", port: offer.port });
  } finally {
    await offer.close();
  }
}

const files = async (...given: Parameters<typeof receive>): Promise<ReceivedFiles> => {
  const received = await receive(...given);
  assert.ok("names" in received);
  return received;
};

let fresh = 0;
function emptyFolder(): string {
  const folder = at(`got-${++fresh}`);
  mkdirSync(folder);
  return folder;
}

test("files and folders from several places arrive side by side, and then it is done", async () => {
  await handing([at("one", "a.txt"), at("one", "sub"), at("two", "a.txt")], {}, async ({ code, done }, place) => {
    const { names, peer } = await files(code, { place });
    assert.deepEqual(names, ["a.txt", "sub", "a (2).txt"]);
    const to = emptyFolder();
    const result = await peer.files.get(names, to).result;
    assert.equal(result.files, 3);
    assert.equal(readFileSync(path.join(to, "a.txt"), "utf8"), "first a");
    assert.equal(readFileSync(path.join(to, "a (2).txt"), "utf8"), "second a");
    assert.deepEqual(readFileSync(path.join(to, "sub", "deep.bin")), readFileSync(at("one", "sub", "deep.bin")));
    await peer.close();
    await done;
  });
});

test("found on the network by the number of its code alone", async () => {
  const offer = await handOver([at("one", "a.txt")], { configFolder, host: "127.0.0.1" });
  try {
    const { names, peer } = await files(offer.code);
    assert.deepEqual(names, ["a.txt"]);
    await peer.close();
  } finally {
    await offer.close();
  }
});

test("a text arrives as it is", async () => {
  const text = "zwei Zeilen\n\u001b[31mrot 中文";
  await handing({ text }, {}, async ({ code, done }, place) => {
    assert.deepEqual(await receive(code, { place }), { text });
    await done;
  });
});

test("as many may fetch it as were said, and a receiver that comes again goes on", async () => {
  await handing([at("one", "sub")], { times: 2 }, async ({ code, done }, place) => {
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    const to = emptyFolder();
    const first = await files(code, { place });
    const controller = new AbortController();
    const cut = first.peer.files.get(first.names, to, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.event === "progress" && event.sentBytes > 1_000_000) controller.abort();
      },
      bytesPerSecond: 4_000_000,
    });
    await assert.rejects(cut.result);
    await first.peer.close();
    assert.equal(isDone, false);
    const again = await files(code, { place });
    const result = await again.peer.files.get(again.names, to).result;
    assert.ok(result.resumedBytes > 0, "nothing was kept of the first run");
    assert.equal(result.resumedBytes + result.sentBytes, 3_000_000);
    await again.peer.close();
    assert.equal(isDone, false);
    const second = await files(code, { place });
    await second.peer.files.get(second.names, emptyFolder()).result;
    await second.peer.close();
    await done;
  });
});

test("what arrived is kept when the sender starts anew, with another code and port", async () => {
  const to = emptyFolder();
  let sent = 0;
  await handing([at("one", "sub")], {}, async ({ code }, place) => {
    const { names, peer } = await files(code, { place });
    const controller = new AbortController();
    const cut = peer.files.get(names, to, {
      signal: controller.signal,
      bytesPerSecond: 4_000_000,
      onEvent: (event) => {
        if (event.event !== "progress") return;
        sent = event.sentBytes;
        if (sent > 1_000_000) controller.abort();
      },
    });
    await assert.rejects(cut.result);
    await peer.close();
  });
  await handing([at("one", "sub")], {}, async ({ code }, place) => {
    const { names, peer } = await files(code, { place });
    const result = await peer.files.get(names, to).result;
    assert.ok(result.resumedBytes > 0, "nothing was kept of the first run");
    await peer.close();
  });
});

test("time that is up is told, and so are three wrong codes", async () => {
  await handing([at("one", "a.txt")], { forMs: 1 }, async ({ done }) => {
    await assert.rejects(done, { code: "E_TIMED_OUT" });
  });
  const events: ServerEvent[] = [];
  const onEvent = (event: ServerEvent) => void events.push(event);
  await handing([at("one", "a.txt")], { onEvent }, async ({ code, done }, place) => {
    const wrong = `${code.slice(0, 4)}-${code.endsWith("acorn-acorn-acorn") ? "album" : "acorn"}-acorn-acorn`;
    for (let guess = 0; guess < 3; guess++) await assert.rejects(receive(wrong, { place }), { code: "E_CODE" });
    await assert.rejects(done, { code: "E_CODE" });
    await assert.rejects(receive(code, { place }), { code: "E_RIGHTS" });
  });
  assert.equal(events.filter(({ event }) => event === "pairing-guess").length, 3);
});

test("nothing can be written, and nothing beside what was handed over be read", async () => {
  await handing([at("one", "sub")], {}, async ({ code }, place) => {
    const { peer } = await files(code, { place });
    assert.deepEqual([...peer.rights], ["read"]);
    await assert.rejects(peer.files.put(at("two", "a.txt"), "x").result, { code: "E_RIGHTS" });
    await assert.rejects(peer.files.remove("sub", { recursive: true }), { code: "E_RIGHTS" });
    for (const name of ["a.txt", "two", "one", "sub/../a.txt", ".."]) {
      await assert.rejects(peer.files.get(name, emptyFolder()).result, name);
    }
    const listed: string[] = [];
    for await (const { path: one } of peer.files.list("", { recursive: true })) listed.push(one);
    assert.deepEqual(listed, ["sub", "sub/deep.bin"]);
    await peer.close();
  });
  assert.ok(existsSync(at("one", "sub", "deep.bin")));
});

test("a selection names things as typed, even through a link, and refuses what is not there", () => {
  symlinkSync(at("one", "sub"), at("shortcut"));
  assert.deepEqual(new SelectionStore([at("shortcut"), `${at("two")}/`]).names, ["shortcut", "two"]);
  assert.equal(new SelectionStore([at("shortcut")]).look("shortcut")?.type, "folder");
  assert.throws(() => new SelectionStore([at("nowhere")]), { code: "E_NOT_FOUND" });
});
