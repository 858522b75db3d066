import assert from "node:assert/strict";
import { test } from "node:test";
import { echoOver, measureDown, measureUp } from "../../../src/session/measure/measure-client.js";
import { measureRequests } from "../../../src/session/measure/measure-requests.js";
import { ThroughputMeter } from "../../../src/session/measure/throughput-meter.js";
import type { PeerConnection } from "../../../src/session/peer-connection.js";
import { maxBenchMs, maxEchoBytes } from "../../../src/wire/limits.js";
import type { Header } from "../../../src/wire/message.js";
import { codeOfRejection, Parties } from "../two-parties.js";
import { VirtualClock } from "../virtual-clock.js";

/** A server that measures, in the virtual time of those who ask it. */
function measuring(): Parties {
  const handlers = new Map<string, never>();
  const parties = new Parties({ handlers });
  for (const [kind, handler] of measureRequests(parties.clock)) handlers.set(kind, handler as never);
  return parties;
}

test("echoes take the way there and back, one at an interval", async () => {
  const parties = measuring();
  const peer = await parties.dial({ there: { latencyMs: 20 }, back: { latencyMs: 30 } });
  const startMs = parties.clock.nowMs();
  const told: number[] = [];
  const options = { count: 3, intervalMs: 200, bytes: 100, onRoundTrip: (ms: number) => void told.push(ms) };
  const took = await parties.clock.until(echoOver(peer, parties.clock, options));
  assert.deepEqual(took, [50, 50, 50]);
  assert.deepEqual(told, took);
  // Two intervals, the last echo, and the end, which is asked for.
  assert.equal(parties.clock.nowMs() - startMs, 200 + 200 + 50 + 50);
});

test("throughput each way is what the path carries: with twice the delay half of it", async () => {
  for (const measure of [measureDown, measureUp]) {
    const rates: number[] = [];
    for (const latencyMs of [20, 40]) {
      const parties = measuring();
      const peer = await parties.dial({ there: { latencyMs }, back: { latencyMs } });
      const { bytesPerSecond, bytes, ms } = await parties.clock.until(measure(peer, parties.clock, 3000));
      assert.ok(Math.abs(bytes / (ms / 1000) / bytesPerSecond - 1) < 0.1, `${bytes} bytes in ${ms} ms`);
      rates.push(bytesPerSecond);
      // The connection is free again.
      const echo = echoOver(peer, parties.clock, { count: 1, intervalMs: 0, bytes: 0 });
      assert.deepEqual(await parties.clock.until(echo), [2 * latencyMs]);
    }
    const [quick = 0, slow = 0] = rates;
    assert.ok(Math.abs(quick / slow - 2) < 0.2, `${measure.name}: ${rates.join(" and ")}`);
  }
});

/** Sends messages by hand and gives the code of the error with which it ends. */
function codeAfter(parties: Parties, peer: PeerConnection, messages: readonly (readonly [Header, Uint8Array?])[]) {
  const ended = new Promise<void>((resolve, reject) => {
    peer.enter({
      onClose: reject,
      onMessage: ({ header }) => {
        if (header.kind === "error") reject(Object.assign(new Error(), { code: header.code }));
        if (header.kind === "end") resolve();
      },
    });
  });
  for (const [header, body] of messages) peer.channel.send(header, body);
  return parties.clock.until(
    ended.then(
      () => "none",
      (error: { code: string }) => error.code,
    ),
  );
}

test("what is too long, too large, misplaced or unknown is refused", async () => {
  const cases: readonly (readonly [string, readonly (readonly [Header, Uint8Array?])[]])[] = [
    ["E_TOO_LARGE", [[{ kind: "bench", direction: "up", ms: maxBenchMs + 1 }]]],
    ["E_PROTOCOL", [[{ kind: "bench", direction: "down", ms: 0 }]]],
    ["E_PROTOCOL", [[{ kind: "bench", direction: "sideways", ms: 10 }]]],
    ["E_PROTOCOL", [[{ kind: "bench", ms: 10 }]]],
    ["E_PROTOCOL", [[{ kind: "bench", direction: "up", ms: 10 }], [{ kind: "bounce" }]]],
    ["E_PROTOCOL", [[{ kind: "echo" }], [{ kind: "fill" }]]],
    ["E_TOO_LARGE", [[{ kind: "echo" }], [{ kind: "bounce" }, new Uint8Array(maxEchoBytes + 1)]]],
    ["none", [[{ kind: "echo" }], [{ kind: "bounce" }, new Uint8Array(maxEchoBytes)], [{ kind: "enough" }]]],
  ];
  for (const [code, messages] of cases) {
    const parties = measuring();
    assert.equal(
      await codeAfter(parties, await parties.dial({ there: { latencyMs: 1 } }), messages),
      code,
      JSON.stringify(messages[0]),
    );
  }
});

test("a client that fills beyond the time it asked for is put out", async () => {
  const parties = measuring();
  const peer = await parties.dial({ there: { latencyMs: 1 } });
  const endless = () => {
    if (peer.closed) return;
    peer.channel.send({ kind: "fill" }, new Uint8Array(1000));
    parties.clock.after(1000, endless);
  };
  const code = codeAfter(parties, peer, [[{ kind: "bench", direction: "up", ms: 1000 }]]);
  endless();
  assert.equal(await code, "E_TIMED_OUT");
  assert.ok(parties.clock.nowMs() < 30_000);
});

test("a server that breaks off, or answers something else, ends in an error", async () => {
  const wrong = { kind: "nonsense" };
  const slow = { there: { latencyMs: 10 }, back: { latencyMs: 10 } };
  for (const measure of [
    (peer: PeerConnection, parties: Parties) =>
      echoOver(peer, parties.clock, { count: 1, intervalMs: 1, bytes: 1 }) as Promise<unknown>,
    (peer: PeerConnection, parties: Parties) => measureDown(peer, parties.clock, 100),
    (peer: PeerConnection, parties: Parties) => measureUp(peer, parties.clock, 100),
  ]) {
    const handle = async (_request: unknown, { channel }: { channel: { send(header: Header): void } }) => {
      channel.send(wrong);
      await new Promise(() => {});
    };
    const handlers = new Map(
      ["echo", "bench"].map((kind) => [kind, { right: "read", endsConnection: true, handle } as never]),
    );
    const parties = new Parties({ handlers });
    const peer = await parties.dial(slow);
    assert.equal(await codeOfRejection(parties.clock.until(measure(peer, parties))), "E_PROTOCOL");
    const broken = measuring();
    const other = await broken.dial(slow);
    const running = measure(other, broken);
    running.catch(() => {});
    broken.pairs[0]?.far.destroy();
    const code = await codeOfRejection(broken.clock.until(running));
    assert.ok(code === "E_CONNECTION_LOST" || code === "E_SILENT", code);
  }
});

test("the first third of the time does not count for the rate", () => {
  const clock = new VirtualClock();
  const meter = new ThroughputMeter(clock, 3000);
  const until = (ms: number) => clock.until(new Promise<void>((resolve) => void clock.after(ms, resolve)));
  return (async () => {
    for (let second = 0; second < 30; second++) {
      await until(100);
      meter.add(second < 10 ? 1 : 1000);
    }
    const { bytes, ms, bytesPerSecond } = meter.result;
    assert.deepEqual([bytes, ms, bytesPerSecond], [10 + 20_000, 3000, 10_000]);
  })();
});
