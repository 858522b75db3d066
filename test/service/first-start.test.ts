import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadIdentity } from "../../src/service/identity.js";
import { SampanProcess } from "../bad-days/sampan-process.js";
import { Scene } from "../bad-days/scene.js";
import { Contenders } from "../contenders.js";

test("servers that start for the first time at once agree on one certificate, and each keeps its tokens", async (t) => {
  const scene = new Scene(t);
  const names = ["a", "b", "c", "d", "e", "f"];
  const start = async () => {
    const servers = names.map((name) =>
      scene.start(["serve", scene.makeFolder(name), "--host", "127.0.0.1", "--port", "0", "--hidden", "--json"]),
    );
    const events = await Promise.all(servers.map((server) => server.event("listening")));
    for (const server of servers) server.kill("SIGTERM");
    await Promise.all(servers.map(({ ended }) => ended));
    return events;
  };
  const first = await start();
  assert.equal(new Set(first.map(({ fingerprint }) => fingerprint)).size, 1);
  const secretOf = (link: unknown) => String(link).split("#")[1];
  const again = await start();
  assert.deepEqual(
    again.map(({ link }) => secretOf(link)),
    first.map(({ link }) => secretOf(link)),
  );
  const left = readdirSync(scene.path("config"));
  assert.deepEqual(
    left.filter((name) => /tmp|lock/.test(name)),
    [],
  );
});

test("whoever makes the certificate at the same moment takes that of the first", async (t) => {
  const folder = new Scene(t).makeFolder("config");
  const made = await Promise.all(Array.from({ length: 5 }, () => loadIdentity(folder)));
  assert.equal(new Set(made.map(({ fingerprint }) => fingerprint)).size, 1);
  assert.equal((await loadIdentity(folder)).fingerprint, made[0]?.fingerprint);
  assert.deepEqual(readdirSync(folder), ["identity"]);
});

test("a lock that a dead process left is passed over", async (t) => {
  const scene = new Scene(t);
  const lock = join(scene.makeFolder("config"), "tokens.1b2c.lock");
  writeFileSync(lock, "");
  utimesSync(lock, new Date(0), new Date(0));
  const server = scene.start([
    "serve",
    scene.makeFolder("x"),
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--hidden",
    "--json",
  ]);
  await server.event("listening");
  assert.match(readFileSync(scene.path("config", "tokens.json"), "utf8"), /"own"/);
});

test("a config folder that cannot be one is named, with the way to another", async (t) => {
  const scene = new Scene(t);
  const file = scene.path("a-file");
  writeFileSync(file, "");
  const wanted = /^sampan: cannot .*a-file.*; another config folder can be named in SAMPAN_CONFIG \(E_LOCAL_FILE\)\n$/;
  for (const configFolder of [file, join(file, "below")]) {
    for (const args of [
      ["serve", scene.makeFolder("served"), "--port", "0"],
      ["remote", "add", "x"],
      ["remote", "ls"],
    ]) {
      const env = { ...process.env, SAMPAN_CONFIG: configFolder, SAMPAN_LINK: "" };
      const started = new SampanProcess(args, env, "sampan://127.0.0.1:1/#token\n");
      t.after(() => started.kill("SIGKILL"));
      assert.equal((await started.ended).status, 6, started.account());
      assert.match(started.stderr, wanted);
    }
  }
});

test("of two processes that pass over the lock of a dead one at once, only one is at work", async (t) => {
  const scene = new Scene(t);
  const folder = scene.makeFolder("config");
  const program = new URL("./config-lock-contender.js", import.meta.url);
  const processes = new Contenders(t, scene.makeFolder("signs"), program, [folder]);
  for (let round = 0; round < 200; round++) {
    for (const lock of ["tokens.lock", `tokens.${round}.lock`]) {
      writeFileSync(join(folder, lock), "");
      utimesSync(join(folder, lock), 1, 1);
    }
    assert.deepEqual(await processes.all(""), ["was alone", "was alone"]);
  }
});

test("a lock from the future, as the clock was put back, is as old as one from the past", (t) => {
  const folder = new Scene(t).makeFolder("config");
  const later = Date.now() / 1000 + 3600;
  writeFileSync(join(folder, "tokens.left.lock"), "");
  utimesSync(join(folder, "tokens.left.lock"), later, later);
  const lock = new URL("../../src/service/config-lock.js", import.meta.url);
  const script = `(await import(${JSON.stringify(lock.href)})).underConfigLock(${JSON.stringify(folder)}, "tokens", () => {})`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  assert.equal(status, 0);
});
