import assert from "node:assert/strict";
import net from "node:net";
import { type TestContext, test } from "node:test";
import { parsePeerAddress } from "../../src/classic/address.js";
import { Caller, type CallerEvent } from "../../src/classic/caller.js";
import { SampanError } from "../../src/wire/sampan-error.js";
import { never, rejected } from "../store/scratch.js";

async function listening(t: TestContext, onSocket: (socket: net.Socket) => void, port = 0): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  t.after(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function callerTo(
  t: TestContext,
  port: number,
  tries: number,
  signal = never,
): { caller: Caller; events: CallerEvent[] } {
  const events: CallerEvent[] = [];
  const address = parsePeerAddress(`127.0.0.1:${port}`, "tcp");
  const caller = new Caller({ address, tries, signal, onEvent: (event) => void events.push(event) });
  t.after(() => caller.hangUp());
  return { caller, events };
}

test("a server that is not there: so many tries, then a time-out", async (t) => {
  const { caller, events } = callerTo(t, await freePort(), 3);
  await rejected("E_TIMED_OUT", caller.connect(), /timed out: gave up after 3 tries; .*refused/);
  assert.deepEqual(
    events.map(({ event }) => event),
    ["retry", "retry"],
  );
});

test("a server that comes while we try is found", async (t) => {
  const port = await freePort();
  const { caller, events } = callerTo(t, port, 1000);
  const connected = caller.connect();
  while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await listening(t, () => {}, port);
  await connected;
  assert.equal(events.at(-1)?.event, "connected");
});

test("a host that does not exist is not tried again", async () => {
  const events: CallerEvent[] = [];
  const address = { host: "nothing.invalid", port: 1, text: "nothing.invalid:1" };
  const caller = new Caller({ address, tries: 10, signal: never, onEvent: (event) => void events.push(event) });
  const error = await caller.connect().catch((thrown: unknown) => thrown);
  assert.ok(error instanceof SampanError);
  // Without a name server at all the answer is "not just now", which is worth another try.
  if (error.code !== "E_TIMED_OUT") assert.deepEqual([error.code, events], ["E_CONNECT", []]);
  caller.hangUp();
});

test("what may be done twice is done again after a reset, what may not is not", async (t) => {
  let connections = 0;
  const port = await listening(t, (socket) => {
    connections++;
    socket.once("data", () => (connections % 2 === 1 ? socket.resetAndDestroy() : socket.write("answer")));
  });
  const { caller } = callerTo(t, port, 3);
  const work = async (): Promise<string> =>
    caller.run(true, async (connection) => {
      await connection.send(Buffer.from("question"));
      return (await connection.readExactly(6)).toString();
    });
  assert.equal(await work(), "answer");
  assert.equal(connections, 2);
  caller.hangUp();
  const once = caller.run(false, async (connection) => {
    await connection.send(Buffer.from("question"));
    return connection.readExactly(6);
  });
  await rejected("E_CONNECTION_LOST", once);
  assert.equal(connections, 3);
});

test("an interruption ends the tries", async (t) => {
  const controller = new AbortController();
  const { caller, events } = callerTo(t, await freePort(), 1000, controller.signal);
  const connected = caller.connect();
  while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort(new SampanError("E_INTERRUPTED", "interrupted"));
  await rejected("E_INTERRUPTED", connected);
});
