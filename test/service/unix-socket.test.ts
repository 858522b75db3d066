import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "../../src/service/connect.js";
import { serve } from "../../src/service/serve.js";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-unix-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "served"));
  return folder;
}

function options(root: string) {
  const unixPath = join(root, "door with a space.sock");
  return { folder: join(root, "served"), host: "127.0.0.1", port: 0, configFolder: join(root, "config"), unixPath };
}

test("files move both ways by a Unix socket, sealed and plain", async (t) => {
  const root = scratch(t);
  const server = await serve(options(root));
  t.after(() => server.close());
  writeFileSync(join(root, "film"), Buffer.alloc(3_000_000, "frame"));
  for (const plain of [false, true]) {
    const peer = await connect(server.unixLink as string, { plain });
    const put = await peer.files.put(join(root, "film"), `film-${plain}`).result;
    assert.equal(put.sentBytes, 3_000_000);
    const got = await peer.files.get(`film-${plain}`, join(root, `back-${plain}`)).result;
    assert.equal(got.digest, put.digest);
    assert.deepEqual(readFileSync(join(root, `back-${plain}`)), readFileSync(join(root, "film")));
    await peer.close();
  }
});

test("a socket that somebody answers on is not taken away, and nothing stays open", async (t) => {
  const root = scratch(t);
  const server = await serve(options(root));
  t.after(() => server.close());
  await assert.rejects(serve({ ...options(root), configFolder: join(root, "other") }), { code: "E_LISTEN" });
  const peer = await connect(server.unixLink as string);
  assert.deepEqual([...peer.rights].sort(), ["read", "write"]);
  await peer.close();
});

test("a socket file left by a process that is gone is replaced; a file of that name is not", async (t) => {
  const root = scratch(t);
  const { unixPath } = options(root);
  const script = `require("net").createServer().listen(${JSON.stringify(unixPath)}, () => process.kill(process.pid, 9))`;
  spawnSync(process.execPath, ["-e", script]);
  assert.ok(lstatSync(unixPath).isSocket());
  const server = await serve(options(root));
  await server.close();
  assert.ok(!existsSync(unixPath));
  writeFileSync(unixPath, "mine");
  await assert.rejects(serve(options(root)), {
    code: "E_LISTEN",
    message: /: something is there already, .* another path$/,
  });
  assert.equal(readFileSync(unixPath, "utf8"), "mine");
  const unreachable = join(root, "nowhere", "door");
  const noFolder = {
    code: "E_LISTEN",
    message: /: there is no such folder, or permission is denied; .* another path$/,
  };
  await assert.rejects(serve({ ...options(root), unixPath: unreachable }), noFolder);
});
