import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { parseLogLine } from "../../src/assistant/log-line.js";
import { planReplay, replay } from "../../src/assistant/replay.js";
import { TrafficLog } from "../../src/assistant/traffic-log.js";
import { isoMicroseconds, microsecondsOf } from "../../src/wire/iso-time.js";
import { refused } from "../refused.js";

function scratch(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-log-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function fail(error: Error): never {
  throw error;
}

test("what is logged is played again, byte for byte, of the connection and direction that are asked for", async (context) => {
  const path = join(scratch(context), "a.ndjson");
  const log = new TrafficLog(path, fail);
  log.begin("listen", "tcp://127.0.0.1:1");
  const start = 1_700_000_000_000_000;
  log.write({ event: "opened", time: start, id: 1, peer: "127.0.0.1:2", kind: "stream" });
  log.write({ event: "chunk", time: start, id: 1, dir: "in", bytes: Buffer.from("one") });
  log.write({ event: "chunk", time: start + 5, id: 2, dir: "in", bytes: Buffer.from("other") });
  log.write({ event: "sent", time: start + 7, id: 1, cause: "reply", bytes: Buffer.from("back") });
  log.write({ event: "chunk", time: start + 9, id: 1, dir: "in", bytes: Buffer.from([0, 255]) });
  log.write({ event: "closed", time: start + 9, id: 1, error: undefined });
  log.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  assert.deepEqual(JSON.parse(lines[2] as string), {
    event: "chunk",
    time: "2023-11-14T22:13:20.000000Z",
    id: 1,
    peer: "127.0.0.1:2",
    dir: "in",
    bytes: 3,
    hex: "6f6e65",
  });
  const played = async (choice: Parameters<typeof planReplay>[1]): Promise<string> => {
    const bytes: Uint8Array[] = [];
    const plan = await planReplay(path, choice);
    await replay(plan, "max", (chunk) => void bytes.push(chunk), new AbortController().signal);
    assert.equal(bytes.length, plan.chunks);
    return Buffer.concat(bytes).toString("latin1");
  };
  assert.equal(await played({ role: "connect" }), "one\0\xff");
  assert.equal(await played({ role: "listen" }), "back");
  assert.equal(await played({ role: "connect", dir: "out" }), "back");
  assert.equal(await played({ role: "connect", id: 2 }), "other");
  await assert.rejects(planReplay(path, { role: "connect", id: 3 }), { code: "E_USAGE", message: /connection 3/ });
});

test("a log is never written over", (context) => {
  const path = join(scratch(context), "a.ndjson");
  writeFileSync(path, "");
  new TrafficLog(path, fail).close();
  writeFileSync(path, "mine");
  refused("E_EXISTS", () => new TrafficLog(path, fail), /there already/);
  refused("E_NOT_FOUND", () => new TrafficLog(join(path, "..", "no", "such"), fail));
});

test("a damaged line is told with its number, before anything is sent", async (context) => {
  const path = join(scratch(context), "a.ndjson");
  const sound = '{"event":"chunk","time":"2026-01-01T00:00:00.000001Z","id":1,"dir":"out","bytes":1,"hex":"41"}';
  const damaged: readonly (readonly [string, RegExp])[] = [
    ["{", /no JSON/],
    ["[]", /no object/],
    ["null", /no object/],
    ["{}", /no "event"/],
    [sound.replace('"41"', '"4"'), /no hex/],
    [sound.replace('"41"', '"4142"'), /how many/],
    [sound.replace('"out"', '"up"'), /neither/],
    [sound.replace("2026-", "26-"), /no time/],
    [sound.replace('"id":1', '"id":"1"'), /"id"/],
    ['{"event":"log","version":2}', /later version/],
    ['{"event":"log","version":1,"role":"x"}', /role/],
  ];
  for (const [line, why] of damaged) {
    writeFileSync(path, `${sound}\n\n${line}\n${sound}\n`);
    const error = { code: "E_LOCAL_FILE", message: new RegExp(`^line 3 of .*${why.source}`) };
    await assert.rejects(planReplay(path, { role: "connect" }), error, line);
  }
  writeFileSync(path, `${sound}\n${sound.slice(0, -9)}`);
  await assert.rejects(planReplay(path, { role: "connect" }), { code: "E_LOCAL_FILE", message: /line 2 .* cut off/ });
  writeFileSync(path, "");
  await assert.rejects(planReplay(path, { role: "connect" }), { code: "E_USAGE", message: /nothing/ });
  await assert.rejects(planReplay(`${path}.no`, { role: "connect" }), { code: "E_NOT_FOUND" });
});

test("what --json writes is a log, too", async (context) => {
  const path = join(scratch(context), "a.ndjson");
  const stamp = '"time":"2026-01-01T00:00:00.000001Z","id":1';
  writeFileSync(
    path,
    `{"event":"listening","port":1}\n{"event":"sent",${stamp},"cause":"typed","bytes":1,"hex":"41","text":"A"}\n`,
  );
  assert.deepEqual(await planReplay(path, { role: "connect" }), {
    path,
    dir: "out",
    id: 1,
    chunks: 1,
    bytes: 1,
    connections: 1,
  });
});

test("any line is read or refused with a reason", () => {
  const sound = { event: "chunk", time: "2026-01-01T00:00:00Z", id: 1, dir: "in", bytes: 0, hex: "" };
  const field = fc.constantFrom("event", "time", "id", "dir", "bytes", "hex");
  fc.assert(
    fc.property(field, fc.jsonValue(), fc.nat(200), (name, value, cut) => {
      for (const line of [JSON.stringify({ ...sound, [name]: value }), JSON.stringify(sound).slice(0, cut)]) {
        try {
          parseLogLine(line);
        } catch (error) {
          assert.ok(error instanceof Error && error.constructor === Error && error.message !== "", String(error));
        }
      }
    }),
  );
});

test("times keep their microseconds", () => {
  for (const time of [0, 1, 1_700_000_000_123_456]) assert.equal(microsecondsOf(isoMicroseconds(time)), time);
  assert.equal(microsecondsOf("2026-01-01T00:00:00Z"), Date.UTC(2026, 0, 1) * 1000);
  for (const text of ["", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"])
    assert.equal(microsecondsOf(text), undefined);
});
