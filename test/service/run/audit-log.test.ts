import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AuditLog } from "../../../src/service/run/audit-log.js";
import { needs } from "../../needs.js";
import { withRunServer } from "./run-server.js";

test("who ran what, when, with what status stands in a file that only its owner reads", needs("linux"), async () => {
  await withRunServer(async ({ peer, configFolder, event }) => {
    await peer.run(["sh", "-c", "exit 9"]).collect();
    await assert.rejects(peer.run(["no-such-program"]).collect());
    await event("run-end", ({ code }) => code !== undefined);
    const path = join(configFolder, "runs.ndjson");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const [begin, end, begin2, end2] = linesOf(path);
    assert.deepEqual([begin?.event, begin?.argv], ["begin", ["sh", "-c", "exit 9"]]);
    assert.match(String(begin?.address), /^127\.0\.0\.1:\d+$/);
    assert.match(String(begin?.holder), /^[0-9a-f]{16}$/);
    assert.ok(Math.abs(Date.parse(String(begin?.at)) - Date.now()) < 60_000);
    assert.deepEqual([end?.event, end?.id, end?.status], ["end", begin?.id, 9]);
    assert.deepEqual([begin2?.event, end2?.event, end2?.code], ["begin", "end", "E_NO_PROGRAM"]);
  });
});

test("a log that grows too large is put aside, and at most two are kept", () => {
  inScratch((folder) => {
    const [one, other] = [new AuditLog(folder), new AuditLog(folder)];
    const argv = Array.from({ length: 16 }, () => "x".repeat(1000));
    for (let round = 0; round < 1100; round++) (round % 2 ? one : other).write({ event: "begin", round, argv });
    const [now, before] = [join(folder, "runs.ndjson"), join(folder, "runs.1.ndjson")];
    assert.ok(statSync(now).size < 8.1 * 2 ** 20 && statSync(before).size < 8.1 * 2 ** 20);
    const rounds = [...linesOf(before), ...linesOf(now)].map(({ round }) => Number(round));
    assert.deepEqual(
      rounds,
      rounds.map((_, index) => (rounds[0] as number) + index),
    );
    assert.equal(rounds.at(-1), 1099);
    one.close();
    other.close();
  });
});

test("endless arguments are cut, and a link in place of the file is not followed", needs("linux"), () => {
  inScratch((folder) => {
    const log = new AuditLog(folder);
    log.write({ event: "begin", argv: Array.from({ length: 4096 }, () => "y".repeat(2000)) });
    assert.ok(statSync(log.path).size < 20_000);
    log.close();
    rmSync(log.path);
    symlinkSync(join(folder, "elsewhere"), log.path);
    assert.throws(() => log.write({ event: "begin" }), { code: "E_LOCAL_FILE" });
    assert.ok(!existsSync(join(folder, "elsewhere")));
  });
});

function linesOf(path: string): Record<string, unknown>[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function inScratch(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-audit-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
