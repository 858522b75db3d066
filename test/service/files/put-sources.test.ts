import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import { dialPeer } from "../../../src/service/dial-peer.js";
import { planPut } from "../../../src/service/files/file-put.js";
import { runTransfer } from "../../../src/service/files/transfer-run.js";
import { parseLink } from "../../../src/service/link-text.js";
import { serve } from "../../../src/service/serve.js";
import { needs } from "../../needs.js";
import { refused } from "../../refused.js";

/** A folder with a file to be sent, and a peer to send it to. */
async function scene(t: TestContext) {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-put-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const [from, to] = [join(scratch, "from"), join(scratch, "to")];
  for (const folder of [from, to]) mkdirSync(folder);
  writeFileSync(join(from, "a"), "a");
  const server = await serve({ folder: to, configFolder: join(scratch, "config"), host: "127.0.0.1", port: 0 });
  t.after(() => server.close());
  const peer = await connect(server.link as string);
  t.after(() => peer.close());
  return { from, peer, link: server.link as string };
}

/** Descriptors of this process that lead below a folder. */
function openBelow(folder: string): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(folder) ? [target] : [];
    } catch {
      return [];
    }
  });
}

test("a put that cannot dial leaves nothing open", needs("linux"), async (t) => {
  const { from, peer } = await scene(t);
  await peer.close();
  await assert.rejects(peer.files.put(join(from, "a"), "a").result, { code: "E_CONNECTION_LOST" });
  assert.deepEqual(openBelow(from), []);
});

test("a put of which one source is missing dials nobody, and leaves nothing open", needs("linux"), async (t) => {
  const { from, peer } = await scene(t);
  refused("E_NOT_FOUND", () => peer.files.put([join(from, "a"), join(from, "missing")], "a/"));
  assert.deepEqual(openBelow(from), []);
});

test("a put whose connection is over before it is used leaves nothing open", needs("linux"), async (t) => {
  const { from, link } = await scene(t);
  const dialAndLose = async () => {
    const connection = await dialPeer(parseLink(link), { plain: false, timeoutMs: 10_000 });
    connection.channel.end();
    return connection;
  };
  const options = { timeoutMs: 1 };
  const { result } = runTransfer(planPut(dialAndLose, [from], "a", options), options);
  await assert.rejects(result, { code: "E_TIMED_OUT" });
  assert.deepEqual(openBelow(from), []);
});
