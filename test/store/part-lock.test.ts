import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { isAlive, ownTag } from "../../src/store/process-tag.js";
import { hexName } from "../../src/store/staging-folder.js";
import { removeStaleParts } from "../../src/store/stale-parts.js";
import { Contenders } from "../contenders.js";
import { needs } from "../needs.js";
import { entry, heldBy, interrupted, journalOf, open, partOf, put, staged } from "./interrupted-part.js";
import { replaceCall } from "./replaced-call.js";
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

/** Where `interrupted` has left a part: the name of its lock for a process. */
function lockOf(root: string, tag: string): string {
  return join(root, ".sampan", `${staged(root, ".part")[0]?.slice(0, 16)}-${tag}.lock`);
}

test("the lock of a process that is gone is taken over, that of a living one is not", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const [pid, start, boot] = ownTag().split("-");
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const gone = [`${ended}-1-${boot}`, `${pid}-${Number(start) + 1}-${boot}`, `${pid}-${start}-00000000`, "torn"];
  for (const tag of gone) {
    assert.equal(isAlive(tag), false);
    writeFileSync(lockOf(root, tag), "");
    assert.deepEqual(await heldBy(t, root), [0, 2], tag);
  }
  assert.deepEqual(staged(root, ".lock"), []);
  writeFileSync(lockOf(root, livingTag()), "");
  await rejected("E_BUSY", open(t, root).begin("big", entry));
  assert.equal(staged(root, ".lock").length, 1);
});

/** The tag of another process; the first lives as long as the machine runs. */
function livingTag(pid = 1): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const tag = `${pid}-${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}-${ownTag().split("-")[2]}`;
  assert.ok(isAlive(tag));
  return tag;
}

test("a lock that another process takes at the same moment is seen", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const theirs = lockOf(root, livingTag());
  // They make theirs right after ours, before it is known who has it.
  replaceCall(t, "openSync", (original) => (path: string, ...rest: [number, number]) => {
    const fd = original(path, ...rest);
    if (path.endsWith(".lock")) writeFileSync(theirs, "");
    return fd;
  });
  await rejected("E_BUSY", open(t, root).begin("big", entry));
  assert.deepEqual(staged(root, ".lock"), [basename(theirs)]);
});

test("of two that see each other the second goes away, and the first has the lock", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  const other = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  const ended = once(other, "exit");
  t.after(() => {
    other.stdin.end();
    return ended;
  });
  await once(other, "spawn");
  const theirs = livingTag(other.pid);
  writeFileSync(lockOf(root, theirs), "");
  let looks = 0;
  replaceCall(t, "readdirSync", (original) => (path: string) => {
    const found = original(path);
    if (++looks === 2) unlinkSync(lockOf(root, theirs));
    return found;
  });
  const begun = open(t, root).begin("big", entry);
  if (ownTag() < theirs) await (await begun).close();
  else await rejected("E_BUSY", begun);
});

test("of two processes that take over the lock of a dead one at once, never both have it", async (t) => {
  const root = scratch(t);
  mkdirSync(join(root, ".sampan"), { mode: 0o700 });
  const processes = new Contenders(t, scratch(t), new URL("./lock-contender.js", import.meta.url), [root]);
  for (let round = 0; round < 300; round++) {
    const path = `file-${round}`;
    writeFileSync(join(root, ".sampan", `${hexName(path, 16)}.lock`), "999999-1-00000000");
    const results = await processes.all(path);
    assert.ok(results.includes("E_BUSY"), results.join());
  }
});

test("a lock of a living process stays, whoever else tidies up", needs("linux"), async (t) => {
  const root = scratch(t);
  await interrupted(t, root);
  writeFileSync(lockOf(root, livingTag()), "");
  writeFileSync(lockOf(root, "999999999-1-00000000"), "");
  await open(t, root).finish();
  assert.deepEqual(staged(root, ".lock"), [basename(lockOf(root, livingTag()))]);
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
