import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { encodeMessage } from "../../../src/wire/message.js";
import { HandMade } from "../../hostile/victim.js";

const welcome = { kind: "welcome", version: 1, rights: ["read", "write"], digest: "sha256", pings: true };

test("a transfer goes on where a further connection is welcomed and put out in one breath", async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-lanes-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  writeFileSync(join(scratch, "file"), "content");
  const callers: HandMade[] = [];
  let over: () => void = () => {};
  const secondIsOver = new Promise<void>((resolve) => {
    over = resolve;
  });
  const speak = async (caller: HandMade) => {
    await caller.next("hello");
    if (callers.length === 1) return caller.say(welcome);
    const error = { kind: "error", error: 5, code: "E_CONNECTION_LOST", message: "the server is closing" };
    caller.socket.end(Buffer.concat([encodeMessage(welcome), encodeMessage(error)]));
    await caller.next("nothing more");
    over();
  };
  const server = net.createServer((socket) => {
    t.after(() => void socket.destroy());
    const caller = new HandMade(socket);
    callers.push(caller);
    void speak(caller);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => void server.close());
  const peer = await connect(`sampan://127.0.0.1:${(server.address() as net.AddressInfo).port}/#token`);
  const { result } = peer.files.put(join(scratch, "file"), "file", { jobs: 2 });
  const [first] = callers as [HandMade];
  await first.next("put");
  first.say({ kind: "ready", transfer: "x" });
  await first.next("offered");
  await secondIsOver;
  first.say({ kind: "settled", how: "skipped", ids: [0] });
  first.say({ kind: "finish", files: 0, skipped: 1 });
  assert.equal((await result).skippedFiles, 1);
  await peer.close();
});
