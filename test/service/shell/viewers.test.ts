import assert from "node:assert/strict";
import { test } from "node:test";
import { shellOutputWindowBytes } from "../../../src/wire/limits.js";
import { Printed, shellScene } from "./shell-scene.js";

test("two look at one shell: one types and sets the size, the other only looks", async (t) => {
  const { peer, events } = await shellScene(t);
  const writer = await peer.shell({ command: ["sh"], columns: 70, rows: 20 });
  const here = new Printed(writer);
  writer.write("echo fi''rst\n");
  await here.until(/first/);
  const sizes: string[] = [];
  const reader = await peer.shell({
    attach: writer.id,
    readOnly: true,
    columns: 200,
    rows: 50,
    onEvent: (event) => event.event === "sized" && sizes.push(`${event.columns}x${event.rows}`),
  });
  const there = new Printed(reader);
  await there.until(/first/);
  writer.write("stty size; echo sec''ond\n");
  await Promise.all([here.until(/20 70\r\nsecond/), there.until(/20 70\r\nsecond/)]);
  writer.resize(90, 25);
  writer.write("stty size\n");
  await there.until(/25 90/);
  assert.deepEqual(sizes, ["70x20", "90x25"]);
  const [listed] = await peer.shells.list();
  assert.deepEqual(
    [listed?.id, listed?.viewers, listed?.hasWriter, listed?.aloneSeconds],
    [writer.id, 2, true, undefined],
  );

  reader.write("echo not for you\n");
  await assert.rejects(reader.ended, { code: "E_RIGHTS" });

  const next = await peer.shell({ attach: writer.id });
  const taken = new Printed(next);
  assert.deepEqual(await writer.ended, { why: "taken-over" });
  next.write("echo thi''rd; exit\n");
  await taken.until(/third/);
  assert.equal((await next.ended).why, "exited");
  const kinds = events.map(({ event }) => event).filter((event) => event.startsWith("shell"));
  assert.deepEqual(kinds, ["shell-begin", "shell-attach", "shell-detach", "shell-attach", "shell-detach", "shell-end"]);
});

const million = "y\r\n".repeat(2_000_000);

test("a program that prints into a client that does not read waits, and nothing is left out", async (t) => {
  const { peer } = await shellScene(t);
  const shell = await peer.shell({ command: ["sh", "-c", "yes | head -n 2000000; echo END"] });
  while (shell.readableLength < shellOutputWindowBytes) await oneTurn();
  // As long as another takes to print all of it; this one must not have gone on meanwhile.
  const other = await peer.shell({ command: ["sh", "-c", "yes | head -n 2000000"] });
  other.resume();
  await other.ended;
  assert.equal(shell.readableLength, shellOutputWindowBytes);
  const printed = new Printed(shell);
  assert.deepEqual(await shell.ended, { why: "exited", status: 0, signal: undefined });
  await printed.until(/END\r\n$/);
  assert.ok(printed.text === `${million}END\r\n`);
});

test("a viewer that does not read holds up nobody else, and is shown the screen when it reads again", async (t) => {
  const { peer } = await shellScene(t);
  const writer = await peer.shell({ command: ["sh", "-c", "read go; yes | head -n 2000000; echo END; read go"] });
  const printed = new Printed(writer);
  const slow = await peer.shell({ attach: writer.id, readOnly: true });
  writer.write("go\n");
  await printed.until(/END\r\n$/);
  assert.ok(printed.text.endsWith(`${million}END\r\n`));
  assert.ok(slow.readableLength < 2 * shellOutputWindowBytes);
  const late = new Printed(slow);
  await late.until(/\x1b\[H\x1b\[2J[^]*y\r\nEND/);
  assert.ok(late.bytes < million.length / 2);
  writer.write("go\n");
  await slow.ended;
});

test("a detached shell is kept as long as server and client agree on, and then ended", async (t) => {
  const { peer } = await shellScene(t, { shellKeepMs: 60 });
  const shell = await peer.shell({ command: ["sh", "-c", "echo ready; read go"], keepMs: 3_600_000 });
  await new Printed(shell).until(/ready/);
  await shell.detach();
  assert.deepEqual(await shell.ended, { why: "detached" });
  // Whoever looks on keeps it from being alone, so the list is asked and nobody attaches.
  while ((await peer.shells.list()).length > 0) await oneTurn();
  const again = await peer.shell({ attach: shell.id });
  again.resume();
  const end = await again.ended;
  assert.equal(end.why === "exited" && end.signal, 1);
});

async function oneTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
