import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "../../../src/service/connect.js";
import type { Header } from "../../../src/wire/message.js";
import { fileEntry, folderEntry, handMadeServer } from "../../hostile/victim.js";

/** A folder whose place on this machine is nobody else's business. */
function privateFolder(t: TestContext): string {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-private-"));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const folder = join(scratch, "album");
  mkdirSync(folder);
  return folder;
}

const posix = { skip: process.platform === "win32" && "Windows has no sockets among its files" };

test("a server is told what cannot be sent by the name of its source, not by its place", posix, async (t) => {
  const folder = privateFolder(t);
  const socket = net.createServer().listen(join(folder, "odd"));
  await once(socket, "listening");
  t.after(() => void socket.close());
  for (const source of [folder, `${folder}/`]) {
    const told: Header[] = [];
    const link = await handMadeServer(t, async (client) => {
      client.say({ kind: "ready", transfer: "x" });
      const problem = await client.next("problem");
      if (problem) told.push(problem.header);
      await client.next("offered");
      client.say({ kind: "finish", files: 0 });
    });
    const peer = await connect(link);
    const { problems } = await peer.files.put(source, "x/").result;
    await peer.close();
    assert.equal(problems.length, 1);
    assert.equal(told[0]?.path, "odd");
    assert.equal(told[0]?.message, "album/odd is neither file, folder nor link");
  }
});

test("a server is told what cannot be received by its name below the destination, not by its place", async (t) => {
  const folder = privateFolder(t);
  symlinkSync(tmpdir(), join(folder, "way"));
  const told: Header[] = [];
  const link = await handMadeServer(t, async (client) => {
    client.say({ kind: "offer" }, [folderEntry(0, ""), fileEntry(1, "way/out", 5)]);
    client.say({ kind: "offered" });
    const settled = await client.next("settled");
    if (settled) told.push(settled.header);
    await client.next("finish");
    client.say({ kind: "end" });
  });
  const peer = await connect(link);
  const { problems } = await peer.files.get("pictures/", folder).result;
  await peer.close();
  assert.deepEqual(
    problems.map(({ error }) => error.code),
    ["E_LINK"],
  );
  assert.equal(told[0]?.code, "E_LINK");
  assert.equal(told[0]?.path, "way/out");
  assert.match(String(told[0]?.message), /^way is a symbolic link/);
});
