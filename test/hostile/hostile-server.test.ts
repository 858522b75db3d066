import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { connect, SampanError, type TransferEvent } from "../../src/index.js";
import { encodeMessage, type Header } from "../../src/wire/message.js";
import { fileEntry, folderEntry, guarded, type HandMade, handMadeServer, linkEntry, snapshot } from "./victim.js";

const content = Buffer.from("content");
const hex = createHash("sha256").update(content).digest("hex");
type Said = [Header, unknown?];
const offer = (...entries: object[]): Said => [{ kind: "offer" }, entries];
const data = (id: number): Said => [
  { kind: "data", parts: [[id, 0, content.length, hex]], size: content.length },
  content,
];

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
  } catch (error) {
    assert.ok(error instanceof SampanError, String(error));
    return error.code;
  }
  return "none";
}

test("a server that breaks the rules of a get is left with a typed error, and nothing is written", async (t) => {
  const { inside } = guarded(t);
  const cases: [string, string, ...Said[]][] = [
    ["a name with ..", "E_UNSAFE_NAME", offer(folderEntry(0, ""), fileEntry(1, "../outside/secret.txt", 7))],
    ["an absolute name", "E_UNSAFE_NAME", offer(fileEntry(0, "/tmp/x", 7))],
    ["a source nobody named", "E_TOO_LARGE", offer(fileEntry(0, "", 7, { source: 3 }))],
    ["a file nobody asked for", "E_PROTOCOL", data(0)],
    ["a file beside the one asked for", "E_PROTOCOL", offer(fileEntry(0, "", 7)), data(1)],
    ["a file twice", "E_PROTOCOL", offer(fileEntry(0, "", 7)), data(0), data(0)],
    ["an end of nothing", "E_PROTOCOL", [{ kind: "end" }]],
    ["an unknown kind", "E_UNKNOWN_KIND", [{ kind: "dance" }]],
    ["a request", "E_UNKNOWN_KIND", [{ kind: "get", paths: ["/etc/passwd"] }]],
    ["ready twice", "E_PROTOCOL", [{ kind: "ready" }], [{ kind: "ready" }]],
    ["ready with a long name", "E_TOO_LARGE", [{ kind: "ready", transfer: "x".repeat(100) }]],
    ["an error of a later version", "E_PROTOCOL", [{ kind: "error", error: 9999, message: "?" }]],
    ["an error", "E_RIGHTS", [{ kind: "error", error: 12, message: "no" }]],
  ];
  for (const [what, code, ...messages] of cases) {
    const link = await handMadeServer(t, (client) => {
      for (const [header, body] of messages) client.say(header, body);
    });
    const peer = await connect(link);
    const to = join(inside, "got");
    assert.equal(await codeOf(peer.files.get("file", to).result), code, what);
    await peer.close();
  }
  assert.ok(!existsSync(join(inside, "secret.txt")));
});

test("a server that sends links out of the tree, and files through them, changes nothing outside", async (t) => {
  const { inside, outside } = guarded(t);
  mkdirSync(join(inside, "tree"));
  symlinkSync(outside, join(inside, "tree", "old link"));
  const entries = [
    folderEntry(0, ""),
    linkEntry(1, "out", "../../outside"),
    linkEntry(2, "here", "sub"),
    folderEntry(3, "sub"),
    fileEntry(4, "here/file", content.length),
    fileEntry(5, "old link/secret.txt", content.length),
    fileEntry(6, "out/secret.txt", content.length),
    fileEntry(7, "fine", content.length),
  ];
  const link = await handMadeServer(t, async (client) => {
    client.say(...offer(...entries));
    client.say({ kind: "offered" });
    for (let message = await client.next(); message; message = await client.next()) {
      const { kind, parts } = message.header as Header & { parts: number[][] };
      if (kind === "want") for (const [id = 0] of parts) client.say(...data(id));
      if (kind === "finish") client.say({ kind: "end" });
    }
  });
  const peer = await connect(link);
  const { problems } = await peer.files.get("tree/", `${join(inside, "tree")}/`).result;
  await peer.close();
  assert.deepEqual(problems.map(({ path, error }) => [path, error.code]).sort(), [
    ["here/file", "E_LINK"],
    ["old link/secret.txt", "E_LINK"],
    ["out", "E_LINK"],
  ]);
  assert.equal(readFileSync(join(inside, "tree", "fine"), "utf8"), "content");
  assert.equal(readFileSync(join(inside, "tree", "out", "secret.txt"), "utf8"), "content");
  assert.equal(
    snapshot(inside).some((line) => line.includes("the secret")),
    false,
  );
});

test("a server that breaks the rules of other answers is left with a typed error", async (t) => {
  const calls: [string, string, Said[], (peer: Awaited<ReturnType<typeof connect>>) => Promise<unknown>][] = [
    ["a listing with ..", "E_UNSAFE_NAME", [[{ kind: "entries" }, [fileEntry(0, "../x", 1)]]], list],
    ["a listing that is none", "E_PROTOCOL", [[{ kind: "entries" }, { a: 1 }]], list],
    ["a listing too deep", "E_TOO_LARGE", [[{ kind: "entries" }, Buffer.from("[".repeat(20))]], list],
    ["data in a listing", "E_PROTOCOL", [data(0)], list],
    ["a body above the cap", "E_TOO_LARGE", [[{ kind: "entries" }, Buffer.alloc(1_100_000)]], list],
    ["an entry that is none", "E_PROTOCOL", [[{ kind: "end", entry: { path: 1 } }]], (peer) => peer.files.look("x")],
  ];
  for (const [what, code, messages, call] of calls) {
    const link = await handMadeServer(t, (client) => {
      for (const [header, body] of messages) client.say(header, body);
    });
    const peer = await connect(link);
    assert.equal(await codeOf(call(peer)), code, what);
    await peer.close();
  }
});

test("a listing that is left early ends its connection, and the server need not go on", async (t) => {
  for (const leave of ["break", "throw", "abort"]) {
    let over: (how: string) => void = () => {};
    const served = new Promise<string>((resolve) => {
      over = resolve;
    });
    const link = await handMadeServer(t, async (client) => {
      const entries = encodeMessage({ kind: "entries" }, Buffer.from(JSON.stringify([folderEntry(0, "one")])));
      const goOn = function* () {
        for (;;) yield entries;
      };
      await pipeline(goOn, client.socket).catch(() => {});
      over("closed");
    });
    const peer = await connect(link);
    const stop = new AbortController();
    const walk = async () => {
      for await (const { path } of peer.files.list("", { recursive: true, signal: stop.signal })) {
        assert.equal(path, "one");
        if (leave === "break") break;
        if (leave === "throw") throw new SampanError("E_BUG", "the loop's own");
        stop.abort();
        return;
      }
    };
    assert.equal(await codeOf(walk()), leave === "throw" ? "E_BUG" : "none");
    assert.equal(await served, "closed", leave);
    await peer.close();
  }
});

test("a put to a server that breaks the rules of a receiver ends with a typed error", async (t) => {
  const { inside } = guarded(t);
  writeFileSync(join(inside, "file"), content);
  const cases: [string, string, Header][] = [
    ["a want of another id", "E_PROTOCOL", { kind: "want", parts: [[5, 0, 1]] }],
    ["a want beyond the file", "E_PROTOCOL", { kind: "want", parts: [[0, 0, 2]] }],
    ["an early finish", "E_PROTOCOL", { kind: "finish" }],
    ["whole without its bytes: failed, and then settled", "none", { kind: "whole", parts: [[0, "0".repeat(64)]] }],
    ["data the wrong way", "E_PROTOCOL", { kind: "data", parts: [], size: 5 }],
    ["an offer the wrong way", "E_UNKNOWN_KIND", { kind: "offer" }],
  ];
  for (const [what, code, header] of cases) {
    const link = await handMadeServer(t, async (client: HandMade) => {
      client.say({ kind: "ready", transfer: "x" });
      await client.next("offered");
      if (header.kind === "data") client.sayRaw(JSON.stringify(header));
      else client.say(header);
      if (code !== "none") return;
      assert.equal((await client.next("failed"))?.header.code, "E_DIGEST");
      client.say({ kind: "finish", files: 0 });
    });
    const peer = await connect(link);
    const { result } = peer.files.put(join(inside, "file"), "x");
    assert.equal(await codeOf(result), code, what);
    if (code === "none")
      assert.deepEqual(
        (await result).problems.map(({ error }) => error.code),
        ["E_DIGEST"],
      );
    await peer.close();
  }
});

test("removals that are none, too many, too early, or not to be told end a put with a typed error", async (t) => {
  const { inside } = guarded(t);
  writeFileSync(join(inside, "file"), content);
  const removed = (list: unknown, more: object = {}): Said => [{ kind: "removed", ...more }, list];
  const settled: Said = [{ kind: "settled", how: "done", ids: [0] }];
  const cases: [string, string, boolean, ...Said[]][] = [
    ["not asked for", "E_PROTOCOL", false, settled, removed(["x"])],
    ["before all is settled", "E_PROTOCOL", true, removed(["x"])],
    ["no list", "E_PROTOCOL", true, settled, removed({ a: 1 })],
    ["no text", "E_PROTOCOL", true, settled, removed(["x", 1])],
    ["nothing", "E_PROTOCOL", true, settled, removed(undefined)],
    ["too many at once", "E_TOO_LARGE", true, settled, removed(Array(4097).fill("x"))],
    ["too long a path", "E_TOO_LARGE", true, settled, removed(["x".repeat(40_000)])],
    ["too large a body", "E_TOO_LARGE", true, settled, removed(Buffer.alloc(1_100_000))],
    ["a source nobody named", "E_TOO_LARGE", true, settled, removed(["x"], { source: 1 })],
    [
      "honest ones, whatever they are called",
      "none",
      true,
      settled,
      removed(["../x", "\u001b[2J"]),
      [{ kind: "finish" }],
    ],
  ];
  for (const [what, code, isMirror, ...messages] of cases) {
    const link = await handMadeServer(t, async (client, request) => {
      assert.equal(request.tellRemoved, isMirror);
      client.say({ kind: "ready", transfer: "x" });
      await client.next("offered");
      for (const [header, body] of messages) client.say(header, body);
    });
    const peer = await connect(link);
    const told: string[] = [];
    const onEvent = (event: TransferEvent) =>
      void (event.event === "file-end" && event.outcome === "removed" && told.push(event.path));
    const { result } = peer.files.put(join(inside, "file"), "x", { delete: isMirror, onEvent });
    assert.equal(await codeOf(result), code, what);
    assert.deepEqual(told, code === "none" ? ["file/../x", "file/\u001b[2J"] : [], what);
    await peer.close();
  }
});

async function list(peer: Awaited<ReturnType<typeof connect>>): Promise<void> {
  for await (const _ of peer.files.list("x")) continue;
}
