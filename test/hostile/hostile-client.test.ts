import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Header } from "../../src/wire/message.js";
import { callServer, fileEntry, folderEntry, HandMade, linkEntry, snapshot, victimServer } from "./victim.js";

const MiB = 1024 * 1024;
const put = (more: object = {}) => ({ kind: "put", to: "", sources: [{ name: "up" }], ...more });
const hex = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");

test("an offer that is not one ends the connection with a typed error", async (t) => {
  const served = await victimServer(t);
  const offers: [string, unknown, string][] = [
    ["..", [fileEntry(0, "../outside/secret.txt", 1)], "E_UNSAFE_NAME"],
    [".. inside", [fileEntry(0, "a/../../outside/x", 1)], "E_UNSAFE_NAME"],
    [".", [fileEntry(0, "a/./b", 1)], "E_UNSAFE_NAME"],
    ["absolute", [fileEntry(0, "/etc/passwd", 1)], "E_UNSAFE_NAME"],
    ["NUL", [fileEntry(0, "a\0b", 1)], "E_UNSAFE_NAME"],
    ["an empty part", [fileEntry(0, "a//b", 1)], "E_UNSAFE_NAME"],
    ["half a surrogate", [fileEntry(0, "a\ud800", 1)], "E_UNSAFE_NAME"],
    ["40,000 characters", [fileEntry(0, "a".repeat(40_000), 1)], "E_TOO_LARGE"],
    ["600 parts", [fileEntry(0, Array(600).fill("a").join("/"), 1)], "E_UNSAFE_NAME"],
    ["a long link target", [linkEntry(0, "a", "b".repeat(5000))], "E_TOO_LARGE"],
    ["an empty link target", [linkEntry(0, "a", "")], "E_UNSAFE_NAME"],
    ["a negative size", [fileEntry(0, "a", -1)], "E_PROTOCOL"],
    ["half a byte", [fileEntry(0, "a", 0.5)], "E_PROTOCOL"],
    ["beyond any file", [fileEntry(0, "a", 2 ** 52)], "E_TOO_LARGE"],
    ["beyond a safe number", [fileEntry(0, "a", 1e300)], "E_PROTOCOL"],
    ["a size as text", [fileEntry(0, "a", 1, { bytes: "1" })], "E_PROTOCOL"],
    ["an id twice", [fileEntry(0, "a", 1), fileEntry(0, "b", 1)], "E_PROTOCOL"],
    ["an id left out", [fileEntry(1, "a", 1)], "E_PROTOCOL"],
    ["an unknown source", [fileEntry(0, "a", 1, { source: 1 })], "E_TOO_LARGE"],
    ["a mode with setuid", [fileEntry(0, "a", 1, { mode: 0o4755 })], "E_TOO_LARGE"],
    ["an unknown type", [fileEntry(0, "a", 1, { type: "device" })], "E_PROTOCOL"],
    ["no list", { a: 1 }, "E_PROTOCOL"],
    ["too long a list", Array.from({ length: 4097 }, (_, id) => ({ id })), "E_TOO_LARGE"],
    ["deep nesting", Buffer.from("[".repeat(17) + "]".repeat(17)), "E_TOO_LARGE"],
    ["no JSON", Buffer.from("[{]"), "E_PROTOCOL"],
  ];
  for (const [what, body, code] of offers) {
    const client = await callServer(served, put());
    client.say({ kind: "offer" }, body);
    assert.equal(await client.putOut(), code, what);
  }
  assert.deepEqual(snapshot(served.inside), []);
});

test("messages out of order, or about what nobody asked for, end the connection with a typed error", async (t) => {
  const served = await victimServer(t);
  type Said = [Header, unknown?];
  const one = new Uint8Array([1]);
  const data = (part: unknown[], body = one): Said => [{ kind: "data", parts: [part], size: body.length }, body];
  const offer = (bytes: number): Said => [{ kind: "offer" }, [fileEntry(0, "a", bytes)]];
  const cases: [string, string, ...Said[]][] = [
    ["agreed before whole", "E_PROTOCOL", [{ kind: "agreed", ids: [0] }]],
    ["agreed to what is not whole", "E_PROTOCOL", offer(3 * MiB), [{ kind: "agreed", ids: [0] }]],
    ["end before finish", "E_PROTOCOL", [{ kind: "end" }]],
    ["data before an offer", "E_PROTOCOL", data([0, 0, 1, hex(one)])],
    ["data of another block", "E_PROTOCOL", offer(1), data([0, 1, 1, hex(one)])],
    ["data of another length", "E_PROTOCOL", offer(2), data([0, 0, 1, hex(one)])],
    ["parts that do not add up", "E_PROTOCOL", offer(2), data([0, 0, 2, hex(one)])],
    ["no digest", "E_PROTOCOL", offer(1), data([0, 0, 1, "00"])],
    ["the same, of nothing", "E_PROTOCOL", offer(1), [{ kind: "data", parts: [[0, 0, 1, hex(one), "same"]] }]],
    ["a block nobody asked for", "E_PROTOCOL", offer(3 * MiB), [{ kind: "data", parts: [[0, 7, 0, hex(""), "zero"]] }]],
    ["failed on nothing", "E_PROTOCOL", [{ kind: "failed", id: 7 }]],
    ["an offer after offered", "E_PROTOCOL", offer(1), [{ kind: "offered" }], [{ kind: "offer" }, []]],
    ["an unknown kind", "E_UNKNOWN_KIND", [{ kind: "dance" }]],
    ["removals of a sender", "E_UNKNOWN_KIND", [{ kind: "removed" }, ["x"]]],
    ["a want of a receiver", "E_UNKNOWN_KIND", [{ kind: "want", parts: [[0, 0, 1]] }]],
  ];
  for (const [what, code, ...messages] of cases) {
    const client = await callServer(served, put());
    for (const [header, body] of messages) client.say(header, body);
    assert.equal(await client.putOut(), code, what);
  }
  const client = await callServer(served, put());
  client.sayRaw(JSON.stringify({ kind: "data", parts: [], size: 17 * MiB }));
  assert.equal(await client.putOut(), "E_TOO_LARGE");
});

test("data after a put is over is refused before its body is read, as before one", async (t) => {
  const served = await victimServer(t);
  const fresh = await callServer(served);
  fresh.sayRaw(JSON.stringify({ kind: "data", parts: [], size: 8 * MiB }));
  assert.equal(await fresh.putOut(), "E_PROTOCOL");
  const client = await callServer(served, put());
  client.say({ kind: "offer" }, [folderEntry(0, "")]);
  client.say({ kind: "offered" });
  assert.ok(await client.next("finish"));
  client.say({ kind: "end" });
  client.say({ kind: "look", path: "up" });
  assert.ok(await client.next("end"));
  client.sayRaw(JSON.stringify({ kind: "data", parts: [], size: 8 * MiB }));
  assert.equal(await client.putOut(), "E_PROTOCOL");
});

test("a receiver that asks for what is not there ends with a typed error", async (t) => {
  const served = await victimServer(t);
  writeFileSync(join(served.inside, "large"), new Uint8Array(3 * MiB).fill(7));
  const want = (...part: number[]) => ({ kind: "want", parts: [part] });
  const cases: [string, string, Header, Uint8Array?][] = [
    ["an id not offered", "E_PROTOCOL", want(9, 0, 1)],
    ["a range beyond the file", "E_PROTOCOL", want(0, 2, 2)],
    ["no blocks", "E_PROTOCOL", want(0, 0, 0)],
    ["a negative block", "E_PROTOCOL", want(0, -1, 1)],
    ["half a block", "E_PROTOCOL", want(0, 0.5, 1)],
    ["an endless range", "E_TOO_LARGE", want(0, 0, Number.MAX_SAFE_INTEGER)],
    ["held beyond the file", "E_PROTOCOL", { kind: "held", id: 0, first: 2 }, new Uint8Array(64)],
    ["half a digest", "E_PROTOCOL", { kind: "held", id: 0, first: 0 }, new Uint8Array(33)],
    ["whole of what is not offered", "E_PROTOCOL", { kind: "whole", parts: [[5, hex("")]] }],
    ["an early finish", "E_PROTOCOL", { kind: "finish", files: 0 }],
    ["settled in a way that is none", "E_PROTOCOL", { kind: "settled", how: "eaten", ids: [0] }],
    ["257 parts", "E_TOO_LARGE", { kind: "want", parts: Array(257).fill([0, 0, 1]) }],
    ["an offer", "E_UNKNOWN_KIND", { kind: "offer" }],
    ["a negative count", "E_PROTOCOL", { kind: "got", bytes: -1 }],
  ];
  for (const [what, code, header, body] of cases) {
    const client = await callServer(served, { kind: "get", paths: ["large"] });
    assert.ok(await client.next("offer"));
    client.say(header, body);
    assert.equal(await client.putOut(), code, what);
  }
});

test("a want that the settlement of its file has overtaken on another connection is ignored", async (t) => {
  const served = await victimServer(t);
  for (const name of ["a", "b"]) writeFileSync(join(served.inside, name), name);
  const first = await callServer(served);
  first.say({ kind: "get", paths: ["a", "b"] });
  const transfer = (await first.next("ready"))?.header.transfer;
  assert.ok(await first.next("offered"));
  const want = (id: number) => ({ kind: "want", parts: [[id, 0, 1]] });
  first.say({ kind: "settled", how: "failed", ids: [0], error: 19, code: "E_LOCAL_FILE", message: "no" });
  first.say(want(1));
  assert.ok(await first.next("data"), "the settlement has been read");
  const lane = await callServer(served, { kind: "lane", transfer });
  lane.say(want(0));
  lane.say(want(1));
  assert.deepEqual((await lane.next())?.header.parts, [[1, 0, 1, hex("b")]]);
  lane.say(want(2));
  assert.equal(await lane.putOut(), "E_PROTOCOL", "what was never offered was overtaken by nothing");
  first.say(want(0));
  assert.equal(await first.putOut(), "E_PROTOCOL", "on the first connection nothing is overtaken");
});

test("a request that leads out of the folder, or into the staging folder, is refused", async (t) => {
  const served = await victimServer(t);
  mkdirSync(join(served.inside, "a"));
  symlinkSync(served.outside, join(served.inside, "way out"));
  const cases: [Header, string][] = [
    [{ kind: "get", paths: ["../outside"] }, "E_UNSAFE_NAME"],
    [{ kind: "get", paths: ["a\0"] }, "E_UNSAFE_NAME"],
    [{ kind: "get", paths: [".sampan"] }, "E_UNSAFE_NAME"],
    [{ kind: "get", paths: ["way out/secret.txt"] }, "E_LINK"],
    [{ kind: "get", paths: ["way out/"] }, "E_NOT_A_FOLDER"],
    [{ kind: "get", paths: [] }, "E_USAGE"],
    [{ kind: "get", paths: Array(1025).fill("a") }, "E_TOO_LARGE"],
    [{ kind: "get", paths: [""], filter: Array(257).fill({ pattern: "a" }) }, "E_TOO_LARGE"],
    [{ kind: "get", paths: [""], filter: [{ pattern: "a".repeat(600) }] }, "E_TOO_LARGE"],
    [{ kind: "get", paths: [""], filter: [null] }, "E_PROTOCOL"],
    [{ kind: "get", paths: [""], rate: -5 }, "E_PROTOCOL"],
    [put({ tellRemoved: 1 }), "E_PROTOCOL"],
    [put({ to: "../outside/" }), "E_UNSAFE_NAME"],
    [put({ sources: [{ name: ".." }] }), "E_UNSAFE_NAME"],
    [put({ sources: [{ name: "a/b" }] }), "E_UNSAFE_NAME"],
    [put({ sources: [{ name: ".sampan" }] }), "E_UNSAFE_NAME"],
    [put({ sources: [{ name: "" }] }), "E_UNSAFE_NAME"],
    [put({ sources: [] }), "E_USAGE"],
    [put({ sources: Array(1025).fill({ name: "a" }) }), "E_TOO_LARGE"],
    [put({ existing: "burn" }), "E_PROTOCOL"],
    [{ kind: "list", path: "way out", recursive: "yes" }, "E_PROTOCOL"],
    [{ kind: "mkdir", path: "way out/x" }, "E_LINK"],
    [{ kind: "remove", path: "way out/secret.txt" }, "E_LINK"],
    [{ kind: "remove", path: "", recursive: true }, "E_USAGE"],
    [{ kind: "move", from: "a", to: "way out/a" }, "E_LINK"],
    [{ kind: "move", from: "way out/secret.txt", to: "got" }, "E_LINK"],
    [{ kind: "lane", transfer: "00" }, "E_NOT_FOUND"],
  ];
  for (const [request, code] of cases) {
    const client = await callServer(served);
    client.say(request);
    assert.equal((await client.next("error"))?.header.code, code, JSON.stringify(request).slice(0, 100));
    client.socket.destroy();
  }
});

test("links out of the tree, and files through a link that was just sent, are problems; the rest arrives", async (t) => {
  const served = await victimServer(t);
  symlinkSync(served.outside, join(served.inside, "there already"));
  const client = await callServer(served, put({ sources: [{ name: "", contents: true }] }));
  const content = Buffer.from("content");
  const escape = "\u001b[31mred\u001b[0m";
  const small = (id: number, path: string) => fileEntry(id, path, content.length);
  const entries = [
    folderEntry(0, ""),
    linkEntry(1, "out", "../outside"),
    linkEntry(2, "absolute", "/etc"),
    linkEntry(3, "up", "a/../../outside"),
    linkEntry(4, "in", "target"),
    folderEntry(5, "target"),
    small(6, "in/through"),
    small(7, "there already/secret.txt"),
    folderEntry(8, "there already/new"),
    linkEntry(9, "there already/link", "x"),
    fileEntry(10, "there already/large", 3 * MiB),
    small(11, "twice"),
    small(12, "twice"),
    folderEntry(13, "both"),
    small(14, "both"),
    small(15, "n".repeat(5000)),
    small(16, escape),
    small(17, "either"),
    folderEntry(18, "either"),
  ];
  client.say({ kind: "offer" }, entries);
  client.say({ kind: "offered" });
  const failed = new Map<number, unknown>();
  for (let message = await client.next(); message?.header.kind !== "finish"; message = await client.next()) {
    assert.ok(message, "the server closed the connection");
    const header = message.header as Header & { how: string; ids: number[]; parts: number[][]; code: string };
    assert.notEqual(header.kind, "error", JSON.stringify(header));
    if (header.kind === "settled" && header.how === "failed") for (const id of header.ids) failed.set(id, header.code);
    if (header.kind !== "want") continue;
    const parts = header.parts.map(([id]) => [id, 0, content.length, hex(content)]);
    const body = Buffer.concat(parts.map(() => content));
    client.say({ kind: "data", parts, size: body.length }, body);
  }
  const isLink = [1, 2, 3, 6, 7, 8, 9, 10];
  assert.deepEqual(
    isLink.map((id) => failed.get(id)),
    isLink.map(() => "E_LINK"),
  );
  assert.equal(failed.get(14), "E_NOT_A_FOLDER");
  assert.ok(failed.has(15));
  for (const id of [0, 4, 5, 11, 12, 13, 16]) assert.equal(failed.get(id), undefined, `entry ${id}`);
  assert.ok(failed.has(17) || failed.has(18), "a file and a folder of the same name");
  for (const name of [escape, "twice", "in", "target", "both"])
    assert.ok(
      snapshot(served.inside).some((line) => line.startsWith(name)),
      name,
    );
  client.socket.destroy();
});

test("headers that are none: 4 GiB, empty, nested, and bodies that stop short", async (t) => {
  const served = await victimServer(t);
  for (const first of [255, 1]) {
    const client = new HandMade(net.connect(served.server.port, "127.0.0.1"));
    client.socket.write(Buffer.from([first, 255, 255, 255]));
    assert.equal(await client.next("welcome"), undefined);
  }
  assert.deepEqual(
    served.events.flatMap((event) => (event.event === "refused" ? [event.code] : [])),
    ["E_PROTOCOL", "E_PROTOCOL"],
  );
  const known: [string, Buffer | string, string][] = [
    ["4 GiB after hello", Buffer.from([255, 255, 255, 255]), "E_TOO_LARGE"],
    ["64 KiB and one", Buffer.from([0, 1, 0, 1]), "E_TOO_LARGE"],
    ["nothing", Buffer.from([0, 0, 0, 0]), "E_PROTOCOL"],
    ["a negative size", '{"kind":"x","size":-1}', "E_PROTOCOL"],
    ["a fractional size", '{"kind":"x","size":1.5}', "E_PROTOCOL"],
    ["a huge size", '{"kind":"x","size":99999999}', "E_TOO_LARGE"],
    ["a size as text", '{"kind":"x","size":"1"}', "E_PROTOCOL"],
    ["17 deep", `{"kind":${"[".repeat(17)}${"]".repeat(17)}}`, "E_TOO_LARGE"],
    ["no kind", '{"size":0}', "E_PROTOCOL"],
    ["a byte order mark", '\ufeff{"kind":"x"}', "E_PROTOCOL"],
  ];
  for (const [what, bytes, code] of known) {
    const client = await callServer(served);
    if (typeof bytes === "string") client.sayRaw(bytes);
    else client.socket.write(bytes);
    assert.equal(await client.putOut(), code, what);
  }
  const short = await callServer(served, put());
  short.say({ kind: "offer" }, [fileEntry(0, "a", 5)]);
  assert.ok(await short.next("want"));
  short.sayRaw(JSON.stringify({ kind: "data", parts: [[0, 0, 5, hex("12345")]], size: 5 }));
  short.socket.end("123");
  assert.equal(await short.next("settled"), undefined);
  const codes = served.events.flatMap((event) => (event.event === "transfer-end" ? [event.code] : []));
  assert.deepEqual(codes, ["E_CONNECTION_LOST"]);
  assert.ok(!existsSync(join(served.inside, "up")));
});
