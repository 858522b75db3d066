import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AssistantProcess, dial, scratchFolder } from "./assistant-process.js";

function script(context: TestContext, text: string): string {
  const path = join(scratchFolder(context), "answer.mjs");
  writeFileSync(path, text);
  return path;
}

test("a script answers each frame in its turn, greets, and is told of the end", async (context) => {
  const path = script(
    context,
    `export function onOpen(peer) { peer.send("welcome " + peer.id); }
     export function onClose(peer) { setTimeout(() => { throw new Error("told of " + peer.address) }); }
     const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
     export default async function onFrame(frame, peer) {
       if (frame.text === "slow") { await later(20); return "first"; }
       if (frame.text === "quick") return ["second", new Uint8Array([0x41, frame.number])];
       if (frame.text === "raw") peer.sendRaw(Uint8Array.of(...frame.bytes, 33));
       if (frame.text === "end") peer.endSending();
     }`,
  );
  const server = new AssistantProcess(context, [
    "listen",
    "tcp://127.0.0.1:0",
    "--frame",
    "line",
    "--script",
    path,
    "--json",
  ]);
  const peer = await dial(context, await server.port());
  peer.socket.write("slow\nquick\nraw\nnothing\nend\n");
  await peer.end();
  await peer.has("welcome 1\nfirst\nsecond\nA\x02\nraw!");
  await server.event({ event: "sent", cause: "script" }, 5);
  peer.socket.destroy();
  await server.event({ event: "closed" });
  const problem = await server.event({ event: "problem" });
  assert.match(String(problem.message), /told of 127\.0\.0\.1:\d+ \(answer\.mjs, line 2\)/);
});

test("what goes wrong in a script is told, and the session goes on", async (context) => {
  const path = script(
    context,
    `export default (frame) => {
       if (frame.text === "throw") throw new TypeError("oh");
       if (frame.text === "reject") return Promise.reject(new Error("no"));
       if (frame.text === "later") { setTimeout(() => { throw new Error("afterwards"); }); return; }
       if (frame.text === "object") return { a: 1 };
       if (frame.text === "large") return "x".repeat(300);
       return frame.text + "!";
     };`,
  );
  const server = new AssistantProcess(context, [
    "listen",
    "tcp://127.0.0.1:0",
    "--frame",
    "u8",
    "--script",
    path,
    "--json",
  ]);
  const peer = await dial(context, await server.port());
  for (const text of ["throw", "reject", "later", "object", "large", "fine"]) {
    peer.socket.write(Buffer.from([text.length, ...Buffer.from(text)]));
  }
  await peer.has("\x05fine!");
  await server.event({ event: "problem" }, 5);
  const messages = server
    .all({ event: "problem" })
    .map(({ message }) => String(message))
    .join("\n");
  assert.match(messages, /TypeError: oh \(answer\.mjs, line 2\)/);
  assert.match(messages, /Error: no/);
  assert.match(messages, /afterwards/);
  assert.match(messages, /gave back an object/);
  assert.match(messages, /300 does not fit/);
});

test("a script that is not there, does not load or exports no function is refused", async (context) => {
  const run = async (path: string): Promise<AssistantProcess> => {
    const started = new AssistantProcess(context, ["listen", "tcp://127.0.0.1:0", "--script", path, "--json"]);
    await started.ended;
    return started;
  };
  const missing = await run(join(scratchFolder(context), "none.mjs"));
  assert.match(String(missing.events[0]?.message), /there is no script/);
  assert.equal(missing.events[0]?.code, "E_NOT_FOUND");
  for (const text of [
    "export default 3;",
    "export const onOpen = () => {};",
    "export default (",
    "throw new Error('top')",
    "import './gone.mjs'; export default () => {}",
  ]) {
    const refused = await run(script(context, text));
    assert.equal(refused.events[0]?.code, "E_USAGE", text);
    assert.match(String(refused.events[0]?.message), /answer\.mjs/, text);
  }
});
