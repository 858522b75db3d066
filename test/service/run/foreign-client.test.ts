import assert from "node:assert/strict";
import { test } from "node:test";
import { inputWindowBytes, maxInputBytes } from "../../../src/wire/limits.js";
import { needs } from "../../needs.js";
import { speak } from "../foreign-connection.js";
import { withRunServer } from "./run-server.js";

const posix = needs("linux");

test("a client that knows only the document runs a command, and another on the same connection", posix, async () => {
  await withRunServer(async ({ link }) => {
    const client = await speak(link);
    for (let round = 0; round < 2; round++) {
      client.send({ kind: "run", argv: ["sh", "-c", "cat; exit 3"], input: true });
      await client.next("started");
      client.send({ kind: "input" }, Buffer.from("to and"));
      client.send({ kind: "input", end: true }, Buffer.from(" fro"));
      let text = "";
      while (text.length < 10) text += Buffer.from((await client.next("stdout")).body).toString();
      assert.equal(text, "to and fro");
      const { header } = await client.next("end");
      assert.equal(header.status, 3);
      // It may cross the end; nothing is to come of it.
      client.send({ kind: "signal", signal: "SIGINT" });
      client.send({ kind: "seen" });
    }
    client.end();
  });
});

test(
  "input beyond the window, or without having been announced, ends the connection and the command",
  posix,
  async () => {
    await withRunServer(async ({ link, event }) => {
      const greedy = await speak(link);
      greedy.send({ kind: "run", argv: ["sleep", "600"], input: true });
      assert.equal((await greedy.next("started")).header.inputWindow, inputWindowBytes);
      for (let sent = 0; sent <= 2 * inputWindowBytes; sent += maxInputBytes) {
        greedy.send({ kind: "input" }, new Uint8Array(maxInputBytes));
      }
      assert.equal((await greedy.next("error")).header.code, "E_TOO_LARGE");
      assert.equal((await event("run-end")).signal, "SIGTERM");
    });
    await withRunServer(async ({ link, event }) => {
      const client = await speak(link);
      client.send({ kind: "run", argv: ["sleep", "600"] });
      await client.next("started");
      client.send({ kind: "input" }, Buffer.from("x"));
      assert.equal((await client.next("error")).header.code, "E_PROTOCOL");
      assert.equal((await event("run-end")).signal, "SIGTERM");
    });
  },
);

test("output waits for its window", posix, async () => {
  await withRunServer(async ({ link, peer, event }) => {
    const client = await speak(link);
    client.send({ kind: "run", argv: ["sh", "-c", "printf aaaa; sleep 0.2; printf bbbb"], window: 4 });
    assert.equal(Buffer.from((await client.next("stdout")).body).toString(), "aaaa");
    // The rest is printed and read by the server, and an answer to somebody else has come since: nothing for us.
    await event("run-end");
    await peer.jobs.list();
    assert.deepEqual(client.kinds(), []);
    client.send({ kind: "taken", bytes: 4 });
    assert.equal(Buffer.from((await client.next("stdout")).body).toString(), "bbbb");
    client.send({ kind: "taken", bytes: 5 });
    assert.equal((await client.next("error")).header.code, "E_PROTOCOL");
    client.end();
  });
});

test("requests that no honest client makes are refused", posix, async () => {
  await withRunServer(async ({ link }) => {
    const client = await speak(link);
    const requests = [
      { argv: [] },
      { argv: [""] },
      { argv: ["a\0b"] },
      { argv: ["true", 1] },
      { argv: "true" },
      { argv: ["true"], cwd: "a\0b" },
      { argv: ["true"], env: { "A=B": "x" } },
      { argv: ["true"], env: { A: "x\0" } },
      { argv: ["true"], env: ["A"] },
      { argv: ["true"], timeoutMs: -1 },
      { argv: ["true"], window: 2 ** 40 },
      { argv: Array.from({ length: 4097 }, () => "x") },
    ];
    for (const request of requests) {
      client.send({ kind: "run", ...request });
      const { header } = await client.next("error");
      assert.match(String(header.code), /^E_(PROTOCOL|TOO_LARGE)$/, JSON.stringify(request).slice(0, 80));
    }
    client.send({ kind: "run", argv: ["echo", "still here"] });
    assert.equal(Buffer.from((await client.next("stdout")).body).toString(), "still here\n");
    client.end();
  });
});
