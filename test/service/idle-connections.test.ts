import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../../src/service/serve.js";
import { callServer } from "../hostile/victim.js";

test("connections that were closed because nothing was asked on them do not count against the most allowed", async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-idle-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const limits = { idleTimeoutMs: 20, maxPeers: 2 };
  const place = { folder: scratch, configFolder: join(scratch, "config"), host: "127.0.0.1", port: 0 };
  const server = await serve({ ...place, udp: false, limits });
  t.after(() => server.close());
  const token = /#([^.]+)/.exec(server.link ?? "")?.[1] ?? "";
  for (let caller = 0; caller < 5; caller++) {
    const client = await callServer({ server, token });
    assert.equal(await client.next("nothing more"), undefined);
  }
});
