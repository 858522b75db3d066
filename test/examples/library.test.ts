import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { connect } from "../../src/service/connect.js";
import { hashLocal } from "../../src/service/files/local-hash.js";
import { linkVia } from "../bad-days/scene.js";
import { TcpProxy } from "../bad-days/tcp-proxy.js";
import { runProgram } from "./run-program.js";
import { withServedFolder } from "./served-folder.js";

function example(name: string, args: readonly string[], link: string, onOutput?: Parameters<typeof runProgram>[3]) {
  return runProgram(process.execPath, [`examples/library/${name}.mjs`, ...args], { SAMPAN_LINK: link }, onOutput);
}

test("send-folder sends a folder, tells of each file, and prints the digest that hash prints", async () => {
  await withServedFolder(async ({ folder, here, link }) => {
    const tree = join(here, "tree");
    mkdirSync(join(tree, "inner"), { recursive: true });
    writeFileSync(join(tree, "one.txt"), "one");
    writeFileSync(join(tree, "inner", "two.txt"), "two");
    writeFileSync(join(tree, "left out.tmp"), "not this");
    const { status, stdout, stderr } = await example("send-folder", [`${tree}/`, "/copy"], link);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^done: .*one\.txt$/m);
    assert.equal(readFileSync(join(folder, "copy", "inner", "two.txt"), "utf8"), "two");
    assert.ok(!existsSync(join(folder, "copy", "left out.tmp")));
    const { digest } = await hashLocal(join(folder, "copy"));
    assert.match(stdout, new RegExp(`^2 files, ${digest}$`, "m"));
  });
});

test("send-folder gives up when its time is over", async () => {
  await withServedFolder(async ({ here, link }) => {
    writeFileSync(join(here, "file"), "x");
    const { status, stderr } = await example("send-folder", [here, "/", "0"], link);
    assert.equal(status, 130, stderr);
    assert.match(stderr, /^E_INTERRUPTED: /);
  });
});

test("fetch-with-progress fetches, and goes on after Ctrl-C where it stopped", async (t) => {
  await withServedFolder(async ({ server, folder, here, link }) => {
    const content = randomBytes(64 * 2 ** 20);
    writeFileSync(join(folder, "large"), content);
    const args = ["/large", join(here, "large")];
    // The path carries the first third and falls silent, so that Ctrl-C comes in the middle on any machine.
    let carried = 0;
    const proxy = await TcpProxy.open(t, server.port, (connection) => {
      connection.toClient = (chunk) => {
        carried += chunk.length;
        return carried < content.length / 3 ? chunk : chunk.subarray(0, 0);
      };
    });
    const first = await example("fetch-with-progress", args, linkVia(proxy.port, link), (stdout, kill) => {
      if (/^[1-9]\d* of/m.test(stdout)) kill();
    });
    assert.equal(first.status, 130, first.stderr);
    const second = await example("fetch-with-progress", args, link);
    assert.equal(second.status, 0, second.stderr);
    assert.ok(readFileSync(join(here, "large")).equals(content));
    const { digest } = await hashLocal(join(here, "large"));
    const told = new RegExp(`^(\\d+) bytes came, (\\d+) were here already, ${digest}$`, "m").exec(second.stdout);
    assert.ok(told, second.stdout);
    assert.ok(Number(told[2]) > 0, second.stdout);
    assert.equal(Number(told[1]) + Number(told[2]), content.length);
  });
});

test("serve-folder serves until SIGINT", async () => {
  await withServedFolder(async ({ folder, here }) => {
    writeFileSync(join(folder, "file"), "content");
    const env = { ...process.env, SAMPAN_CONFIG: join(here, "config") };
    const child = spawn(process.execPath, ["examples/library/serve-folder.mjs", folder], { env, stdio: "pipe" });
    const closed = once(child, "close");
    try {
      const [link] = (await once(createInterface(child.stdout), "line")) as [string];
      const peer = await connect(link);
      const names = [];
      for await (const { path } of peer.files.list("/")) names.push(path);
      assert.deepEqual(names, ["file"]);
      await peer.close();
      child.kill("SIGINT");
      assert.deepEqual(await closed, [0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
