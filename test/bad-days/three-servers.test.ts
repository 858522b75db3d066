import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { test } from "node:test";
import { Scene } from "./scene.js";

const names = ["one", "two", "three"];

test("three servers on one machine are discovered, paired and commanded together", async (t) => {
  const scene = new Scene(t);
  const servers = names.map((name) => {
    const folder = scene.makeFolder(name);
    return scene.start(["serve", folder, "--host", "127.0.0.1", "--port", "0", "--allow-run", "--json"]);
  });
  const ports = await Promise.all(servers.map(async (server) => (await server.event("listening")).port as number));

  const look = await scene.run(["discover", "--for", "3s", "--json"]);
  const found = look.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { port: number; folder: string; name: string; offers: string[] })
    .filter(({ port }) => ports.includes(port));
  assert.deepEqual(
    found.map(({ folder, port }) => [folder, port]).sort(),
    names.map((name, index) => [name, ports[index]]).sort(),
  );
  for (const { name, offers } of found) {
    assert.equal(name, hostname());
    assert.ok(offers.includes("files") && offers.includes("run"), offers.join());
  }

  for (const name of names) {
    const pairing = scene.start(["pair", scene.path(name), "--gives", "run", "--json"]);
    const { code } = await pairing.event("pairing-open");
    // Nothing but the code: the server is found by its number.
    const added = scene.start(["remote", "add", name], code as string);
    await added.ended;
    assert.equal(added.status, 0, added.account());
    await pairing.ended;
    assert.equal(pairing.status, 0, pairing.account());
    assert.deepEqual(
      pairing.events.map(({ event }) => event),
      ["pairing-open", "paired", "pairing-over"],
    );
  }

  const run = await scene.run(["run", "-n", names.join(","), "--", "pwd"]);
  assert.equal(run.status, 0, run.account());
  const lines = run.stdout.trim().split("\n");
  for (const name of names) {
    const line = lines.find((one) => one.startsWith(name));
    assert.ok(line?.endsWith(scene.path(name)), run.stdout);
  }

  // The codes stand nowhere in what the servers log.
  for (const server of servers) assert.doesNotMatch(server.stdout, /\d{4}-[a-z]+-[a-z]+-[a-z]+/);
  assert.match(readFileSync(scene.path("config", "remotes.json"), "utf8"), /"three"/);
});

test("a wrong code three times: said on both sides, and the right one comes too late", async (t) => {
  const scene = new Scene(t);
  const server = scene.start(["serve", scene.makeFolder("films"), "--host", "127.0.0.1", "--port", "0", "--json"]);
  const { port } = await server.event("listening");
  const pairing = scene.start(["pair", "--json"]);
  const { code } = await pairing.event("pairing-open");
  const add = async (typed: string) => {
    const added = scene.start(["remote", "add", "films", `127.0.0.1:${port}`], "", `${typed}\n`);
    await added.ended;
    return added;
  };
  const wrong = `${String(code).slice(0, 4)}-acorn-acorn-acorn`;
  for (let guess = 0; guess < 3; guess++) {
    const refused = await add(wrong);
    assert.equal(refused.status, 5);
    assert.match(refused.stderr, /E_CODE/);
    assert.doesNotMatch(refused.stderr, /acorn/);
  }
  await pairing.ended;
  assert.equal(pairing.status, 5);
  assert.equal(pairing.last("pairing-over")?.why, "guessed");
  const late = await add(String(code));
  assert.equal(late.status, 5);
  assert.match(late.stderr, /E_RIGHTS/);
});
