import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive, ownTag } from "../../src/store/process-tag.js";
import { removeStaleParts } from "../../src/store/stale-parts.js";
import { needs } from "../needs.js";
import { entry, heldBy, interrupted, journalOf, open, partOf, put, staged } from "./interrupted-part.js";
import { names, rejected, scratch } from "./scratch.js";

test("two transfers never hold one file, and the second may when the first is over", async (t) => {
  const root = scratch(t);
  const [one, two] = [open(t, root), open(t, root)];
  const part = await one.begin("big", entry);
  await rejected("E_BUSY", two.begin("big", entry), /another transfer/);
  await rejected("E_BUSY", two.begin("big", { ...entry, version: "v2" }));
  await put(part, 0);
  await part.close();
  assert.deepEqual(await heldBy(t, root), [0]);
});

test("the lock of a process that is gone is taken over, that of a living one is not", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const lock = join(root, ".sampan", `${staged(root, ".part")[0]?.slice(0, 16)}.lock`);
  const [pid, start, boot] = ownTag().split("-");
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const gone = [`${ended}-1-${boot}`, `${pid}-${Number(start) + 1}-${boot}`, `${pid}-${start}-00000000`, "torn"];
  for (const tag of gone) {
    assert.equal(isAlive(tag), false);
    writeFileSync(lock, tag);
    assert.deepEqual(await heldBy(t, root), [0, 2], tag);
  }
  writeFileSync(lock, "");
  utimesSync(lock, 1, 1);
  assert.deepEqual(await heldBy(t, root), [0, 2], "an old lock without a tag");
  writeFileSync(lock, ownTag());
  await rejected("E_BUSY", open(t, root).begin("big", entry));
});

test("a process that has ended and is not yet reaped holds nothing", needs("linux"), async (t) => {
  // The shell becomes a program that never asks what has become of the child.
  const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], { detached: true });
  t.after(async () => {
    process.kill(-(parent.pid as number), "SIGKILL");
    await once(parent, "close");
  });
  const [said] = (await once(parent.stdout, "data")) as [Buffer];
  const child = Number(said.toString());
  const [state = "", start = ""] = statOf(child);
  const tag = `${child}-${start}-${ownTag().split("-")[2]}`;
  assert.equal(isAlive(tag), true, `it is ${state}`);
  process.kill(child, "SIGKILL");
  while (statOf(child)[0] !== "Z") await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isAlive(tag), false);
});

/** State and start time of a process. */
function statOf(pid: number): [string | undefined, string | undefined] {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return [fields[0], fields[19]];
}

test("a target that is closed lets its open parts end", async (t) => {
  const root = scratch(t);
  const target = open(t, root);
  const part = await target.begin("big", entry);
  const writing = put(part, 0);
  target.close();
  await writing;
  await part.close();
  assert.deepEqual(await heldBy(t, root), [0]);
});

test("a staging folder that is a link or a file is refused, and what the link points to stays", async (t) => {
  const base = scratch(t);
  mkdirSync(join(base, "outside"));
  for (const [name, make] of [
    ["link", (at: string) => symlinkSync("../outside", at)],
    ["file", (at: string) => writeFileSync(at, "x")],
  ] as const) {
    const root = join(base, name);
    mkdirSync(root);
    make(join(root, ".sampan"));
    await rejected(name === "link" ? "E_LINK" : "E_NOT_A_FOLDER", open(t, root).begin("big", entry), /\.sampan/);
  }
  assert.deepEqual(names(join(base, "outside")), []);
});

test("a part or journal swapped for a link is not written through", async (t) => {
  const base = scratch(t);
  const root = join(base, "to");
  await interrupted(t, root);
  writeFileSync(join(base, "outside"), "outside");
  const { rmSync } = await import("node:fs");
  const [part, journal] = [partOf(root), journalOf(root)];
  for (const path of [part, journal]) {
    rmSync(path);
    symlinkSync(join(base, "outside"), path);
    await open(t, root)
      .begin("big", entry)
      .then(
        (got) => got.close(),
        () => undefined,
      );
  }
  assert.equal(readFileSync(join(base, "outside"), "utf8"), "outside");
});

test("stale parts are removed with their journals, but neither young nor held ones", async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  writeFileSync(join(root, ".sampan", `${ownTag().replace(/-\d+-/, "-1-")}-0.tmp`), "left by a killed process");
  writeFileSync(join(root, ".sampan", `${ownTag()}-0.tmp`), "of a living one");
  const hour = 3_600_000;
  assert.equal(removeStaleParts(root, hour), 0);
  assert.equal(staged(root, ".tmp").length, 1);
  const part = await open(t, root).begin("big", entry);
  assert.equal(removeStaleParts(root, hour, Date.now() + 2 * hour), 0);
  await part.close();
  assert.equal(removeStaleParts(root, hour, Date.now() + 2 * hour), 2);
  assert.deepEqual([staged(root, ".part"), staged(root, ".journal")], [[], []]);
});
