// Where sources and destinations lie, so that no disk is measured.
//
// How destinations are treated, the same for everybody: the target folder is removed and made anew before each run,
// outside the measured time, so every contestant writes to pages that it has to ask the kernel for. (Overwriting in
// place would favour those that can: rsync and sampan write a temporary file and rename it, curl, sftp and cp cut the
// old file to nothing first.) What those pages cost must not depend on chance:
//  - huge=always gives a fresh 2 MiB page at a time instead of 512 small ones;
//  - warm-reserve.mjs sees to it that they are backed by the host already;
//  - small files lie on a disk of their own without huge pages, where a file of 4 KiB does not take 2 MiB. It needs no
//    reserve: 40 MiB, deleted at the very moment when the next run begins.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatBytes } from "./bytes.mjs";
import { undoLater } from "./undo.mjs";
import { makeReserve } from "./warm-reserve.mjs";

/** @param runBytes how much one run will write */
export function makeRamDisk({ sourceBytes, runBytes, hugePages }) {
  const bytes = sourceBytes + 2 * runBytes + 2 ** 29;
  const free = availableBytes();
  if (free < bytes + 2 ** 30) {
    throw new Error(
      `a RAM disk of ${formatBytes(bytes)} and 1 GiB for the programs do not fit in ${formatBytes(free)} of free` +
        " memory; try a smaller --size",
    );
  }
  const { root, kind, remove } = mountOwn(bytes, hugePages) ?? folderOnShm();
  const place = {
    kind,
    // What the daemons serve. Clients read and write the same two folders, by their local names.
    files: join(root, "files"),
    source: join(root, "files", "source"),
    target: join(root, "files", "target"),
    // Configurations, keys and logs.
    work: join(root, "work"),
    emptyTarget() {
      reserve?.refill(firstFileIn(place.target));
      rmSync(place.target, { recursive: true, force: true });
      mkdirSync(place.target);
    },
    /** To be called as a run begins; the function returned, as it ends. */
    giveWarmPages: () => reserve?.giveBack() ?? (() => {}),
    remove,
  };
  const reserve = hugePages ? makeReserve(join(root, "reserve"), runBytes) : undefined;
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
      rmdirSync(root);
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

function firstFileIn(folder) {
  const entry = readdirSync(folder, { withFileTypes: true }).find((one) => one.isFile());
  return entry === undefined ? undefined : join(folder, entry.name);
}

function availableBytes() {
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))[1]) * 1024;
}
