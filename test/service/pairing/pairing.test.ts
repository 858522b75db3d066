import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import tls from "node:tls";
import type { ServerEvent } from "../../../src/service/api.js";
import { connect } from "../../../src/service/connect.js";
import { loadIdentity } from "../../../src/service/identity.js";
import { pairWith } from "../../../src/service/pairing/pair-with.js";
import { PairingOwner } from "../../../src/service/pairing/pairing-owner.js";
import { ownLink, runningServers } from "../../../src/service/pairing/running-servers.js";
import { serve } from "../../../src/service/serve.js";
import { SampanError } from "../../../src/wire/sampan-error.js";
import { HandMade } from "../../hostile/victim.js";

const folder = mkdtempSync(path.join(tmpdir(), "sampan-test-pairing-"));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(path.join(folder, "a.txt"), "hello");

const wrongCode = "1234-acorn-acorn-acorn";

async function withServer(
  work: (server: Awaited<ReturnType<typeof serve>>, events: ServerEvent[], config: string) => Promise<void>,
): Promise<void> {
  const configFolder = mkdtempSync(path.join(tmpdir(), "sampan-test-config-"));
  const events: ServerEvent[] = [];
  const options = { folder, configFolder, host: "127.0.0.1", port: 0 };
  const server = await serve({ ...options, onEvent: (event) => void events.push(event) });
  try {
    await work(server, events, configFolder);
  } finally {
    await server.close();
    rmSync(configFolder, { recursive: true, force: true });
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return error instanceof SampanError ? error.code : String(error);
  }
}

const named = (events: readonly ServerEvent[], name: string) => events.filter(({ event }) => event === name);

test("a code gives a link that works, once", async () => {
  await withServer(async (server, events) => {
    const code = await server.pair();
    const { link } = await pairWith({
      host: "127.0.0.1",
      port: server.port,
      code: code.toUpperCase().replaceAll("-", " "),
    });
    assert.equal(link, server.link);
    const peer = await connect(link);
    assert.deepEqual([...peer.rights], ["read", "write"]);
    await peer.close();
    assert.equal(await codeOf(pairWith({ host: "127.0.0.1", port: server.port, code })), "E_RIGHTS");
    assert.deepEqual(
      events.filter(({ event }) => event === "pairing-over"),
      [{ event: "pairing-over", why: "used" }],
    );
  });
});

test("a code may give reading only, and no right that the server does not give", async () => {
  await withServer(async (server) => {
    const code = await server.pair({ gives: "read" });
    const { link } = await pairWith({ host: "127.0.0.1", port: server.port, code });
    assert.equal(link, server.readLink);
    assert.equal(await codeOf(server.pair({ gives: "run" })), "E_USAGE");
  });
});

test("three wrong guesses end a code, and the right one comes too late", async () => {
  await withServer(async (server, events) => {
    const code = await server.pair();
    const place = { host: "127.0.0.1", port: server.port };
    for (let guess = 0; guess < 3; guess++)
      assert.equal(await codeOf(pairWith({ ...place, code: wrongCode })), "E_CODE");
    assert.equal(await codeOf(pairWith({ ...place, code })), "E_RIGHTS");
    assert.deepEqual(
      named(events, "pairing-guess").map((event) => "left" in event && event.left),
      [2, 1, 0],
    );
    assert.deepEqual(named(events, "pairing-over"), [{ event: "pairing-over", why: "guessed" }]);
  });
});

test("two wrong guesses leave the code good", async () => {
  await withServer(async (server) => {
    const code = await server.pair();
    const place = { host: "127.0.0.1", port: server.port };
    for (let guess = 0; guess < 2; guess++)
      assert.equal(await codeOf(pairWith({ ...place, code: wrongCode })), "E_CODE");
    assert.equal((await pairWith({ ...place, code })).link, server.link);
  });
});

test("many guesses at once are no more than three", async () => {
  await withServer(async (server, events) => {
    await server.pair();
    const place = { host: "127.0.0.1", port: server.port };
    const results = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(pairWith({ ...place, code: wrongCode }))),
    );
    assert.ok(
      results.every((code) => ["E_CODE", "E_BUSY", "E_RIGHTS"].includes(code)),
      results.join(),
    );
    assert.ok(named(events, "pairing-guess").length <= 3);
  });
});

test("whoever stands between with another certificate gets nothing, and cannot guess afterwards", async () => {
  await withServer(async (server, events) => {
    const code = await server.pair();
    const between = await manInTheMiddle(server.port);
    try {
      assert.equal(await codeOf(pairWith({ host: "127.0.0.1", port: between.port, code })), "E_CODE");
      // The two ends really spoke with one another through it.
      assert.ok(between.heard().includes("pair-answer"));
      assert.ok(!between.heard().includes(server.link as string));
    } finally {
      await between.close();
    }
    // The real server counted it as a guess.
    while (named(events, "pairing-guess").length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await pairWith({ host: "127.0.0.1", port: server.port, code })).link, server.link);
  });
});

test("without a code open, callers without a token are refused", async () => {
  await withServer(async (server) => {
    assert.equal(await codeOf(pairWith({ host: "127.0.0.1", port: server.port, code: wrongCode })), "E_RIGHTS");
  });
});

test("pairing gives no other right: a list is refused", async () => {
  await withServer(async (server) => {
    await server.pair();
    const link = server.readLink.replace(/#[^.]+\./, "#.");
    // A link without a token is none; by hand it is a hello with an empty one.
    assert.throws(() => connect(link), { code: "E_USAGE" });
    const heard = await askWithoutToken(server.port, { kind: "list", path: "" });
    assert.match(heard, /"E_RIGHTS"/);
  });
});

test("the owner opens a code from another process's place, and closing it ends the code", async () => {
  await withServer(async (server, _events, config) => {
    const [note] = runningServers(config);
    assert.ok(note);
    assert.equal(note.port, server.port);
    assert.match(ownLink(config, note), /^sampan:\/\/127\.0\.0\.1:/);
    const owner = new PairingOwner(config, note);
    const heard: string[] = [];
    for await (const news of owner.open({ forMs: 60_000 })) {
      heard.push(news.event);
      if (news.event === "pairing-open") await pairWith({ host: "127.0.0.1", port: server.port, code: news.code });
    }
    assert.deepEqual(heard, ["pairing-open", "paired", "pairing-over"]);
    let code = "";
    for await (const news of new PairingOwner(config, note).open({})) {
      if (news.event === "pairing-open") code = news.code;
      break;
    }
    assert.notEqual(code, "");
    // The server hears of the closed connection a moment later.
    while ((await codeOf(pairWith({ host: "127.0.0.1", port: server.port, code: wrongCode }))) === "E_CODE");
  });
});

test("whoever gives up gets away at once, however far the pairing is", async (t) => {
  const own = mkdtempSync(path.join(tmpdir(), "sampan-test-silent-"));
  t.after(() => rmSync(own, { recursive: true, force: true }));
  const { cert, key } = await loadIdentity(own);
  for (const at of ["hello", "welcome", "pair"]) {
    const giveUp = new AbortController();
    const speak = async (caller: HandMade) => {
      await caller.next("hello");
      if (at === "hello") return giveUp.abort();
      // With the welcome still on its way, what comes next has to see that nobody wants it any more.
      if (at === "welcome") setImmediate(() => giveUp.abort());
      caller.say({ kind: "welcome", version: 1, rights: ["pair"], digest: "sha256", pings: true });
      if (at === "pair" && (await caller.next("pair"))) giveUp.abort();
    };
    const server = tls.createServer({ cert, key, ALPNProtocols: ["sampan/1"] }, (socket) => {
      t.after(() => void socket.destroy());
      void speak(new HandMade(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => void server.close());
    const { port } = server.address() as { port: number };
    const pairing = pairWith({ host: "127.0.0.1", port, code: wrongCode, signal: giveUp.signal });
    assert.equal(await codeOf(pairing), "E_INTERRUPTED", at);
  }
});

test("a server's note is gone when it is closed", async () => {
  await withServer(async (server, _events, config) => {
    assert.equal(readdirSync(path.join(config, "servers")).length, 1);
    await server.close();
    assert.equal(readdirSync(path.join(config, "servers")).length, 0);
  });
});

/** A TLS server with a certificate of its own that passes every byte on to `port`, and reads along. */
async function manInTheMiddle(port: number) {
  const own = mkdtempSync(path.join(tmpdir(), "sampan-test-middle-"));
  const { cert, key } = await loadIdentity(own);
  rmSync(own, { recursive: true, force: true });
  let heard = "";
  const sockets = new Set<tls.TLSSocket>();
  const server = tls.createServer({ cert, key, ALPNProtocols: ["sampan/1"] }, (near) => {
    const far = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["sampan/1"] });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        heard += chunk.toString("latin1");
        to.write(chunk);
      });
      from.on("error", () => {});
      from.on("close", () => to.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: middle } = server.address() as { port: number };
  return {
    port: middle,
    heard: () => heard,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Says hello without a token, asks, and gives all that is answered as text. */
function askWithoutToken(port: number, request: object): Promise<string> {
  const message = (header: object) => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    return Buffer.concat([length, json]);
  };
  return new Promise((resolve) => {
    let heard = "";
    const socket = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["sampan/1"] });
    socket.write(Buffer.concat([message({ kind: "hello", versions: [1], token: "" }), message(request)]));
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
      if (heard.includes('"error"')) socket.end();
    });
    socket.on("close", () => resolve(heard));
  });
}
