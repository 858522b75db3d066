// Where sources and destinations lie, so that no disk is measured.
//
// How destinations are treated, the same for everybody: the target folder is removed and made anew before each run,
// outside the measured time, so every contestant writes to pages that it has to ask the kernel for. (Overwriting in
// place would favour those that can: rsync and sampan write a temporary file and rename it, curl, sftp and cp cut the
// old file to nothing first.) Three things keep that fair and quick:
//  - huge=always: a fresh 2 MiB page at a time instead of 512 small ones;
//  - the disk is filled once and emptied before the first run, so that on a virtual machine the host has backed the
//    pages already; the kernel hands out first what was freed last;
//  - small files lie on a disk of their own without huge pages, where a file of 4 KiB does not take 2 MiB.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBytes } from "./bytes.mjs";
import { undoLater } from "./undo.mjs";

export async function makeRamDisk({ bytes, hugePages }) {
  const free = availableBytes();
  if (free < bytes + 2 ** 30) {
    throw new Error(
      `a RAM disk of ${formatBytes(bytes)} and 1 GiB for the programs do not fit in ${formatBytes(free)} of free` +
        " memory; try a smaller --size",
    );
  }
  const { root, kind, remove } = mountOwn(bytes, hugePages) ?? folderOnShm();
  warm(join(root, "warm"), bytes);
  const place = {
    kind,
    // What the daemons serve. Clients read and write the same two folders, by their local names.
    files: join(root, "files"),
    source: join(root, "files", "source"),
    target: join(root, "files", "target"),
    // Configurations, keys and logs.
    work: join(root, "work"),
    emptyTarget() {
      rmSync(place.target, { recursive: true, force: true });
      mkdirSync(place.target);
    },
    remove,
  };
  for (const folder of [place.files, place.source, place.target, place.work]) mkdirSync(folder);
  return place;
}

function mountOwn(bytes, hugePages) {
  if (process.getuid() !== 0) return undefined;
  const root = mkdtempSync(join(tmpdir(), "sampan-bench-"));
  const huge = hugePages ? "always" : "never";
  for (const options of [`size=${bytes},mode=0755,huge=${huge}`, `size=${bytes},mode=0755`]) {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "sampan-bench", root], { stdio: "ignore" });
    if (mounted.status !== 0) continue;
    const remove = undoLater(() => {
      // Lazily if something still holds it: it is gone when that ends.
      if (spawnSync("umount", [root], { stdio: "ignore" }).status !== 0) spawnSync("umount", ["-l", root]);
      rmSync(root, { recursive: true, force: true });
    });
    return { root, remove, kind: `tmpfs of its own (${options.includes("huge") ? `huge=${huge}` : "small pages"})` };
  }
  rmSync(root, { recursive: true });
  return undefined;
}

function folderOnShm() {
  if (!existsSync("/dev/shm")) throw new Error("no RAM disk: neither may a tmpfs be mounted, nor is there /dev/shm");
  const root = mkdtempSync("/dev/shm/sampan-bench-");
  const remove = undoLater(() => rmSync(root, { recursive: true, force: true }));
  return { root, remove, kind: "/dev/shm (not root: no tmpfs with huge pages, fresh pages are slow for everybody)" };
}

function warm(path, bytes) {
  const chunk = Buffer.alloc(2 ** 22, 1);
  const file = openSync(path, "w");
  try {
    for (let written = 0; written < bytes - 2 * chunk.length; written += chunk.length) writeSync(file, chunk);
  } catch (error) {
    if (error.code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

function availableBytes() {
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))[1]) * 1024;
}
