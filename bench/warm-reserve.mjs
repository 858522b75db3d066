// Pages that the host has backed already, handed to the contestants as they need them.
//
// On a virtual machine with free page reporting (dmesg says "Free page reporting enabled") the guest gives free memory
// back to the host after two seconds, and the next one to touch it pays: measured here, 2 GiB written to a tmpfs took
// 0.4 s on pages freed just before and 6 s on pages freed half a minute before. Deleting the old destination before a
// run is not enough, as it favours the quick: at 0.3 GB/s most of what was deleted has gone back to the host before it
// is written to (2.0 s in write(2) instead of 0.4 s).
//
// So a file, the reserve, holds as many pages as a run will need. During the run it is cut shorter from its end as the
// RAM disk fills up, always a little ahead; the kernel hands out first what was freed last. After the run the
// destination itself becomes the next reserve.
import { closeSync, openSync, renameSync, rmSync, statfsSync, statSync, truncateSync, writeSync } from "node:fs";

const hugePageBytes = 2 ** 21;
const everyMs = 2;
const atFirstAheadBytes = 2 ** 27;
const leastAheadBytes = 2 ** 24;
const ticksAhead = 10;
const chunk = Buffer.alloc(2 ** 22, 1);

export function makeReserve(path, bytes) {
  /** Makes the reserve full again, from the file that the last run has left, if it is as large as that. */
  function refill(leftover) {
    if (leftover !== undefined && allocatedBytes(leftover) >= bytes) renameSync(leftover, path);
    const file = openSync(path, "a");
    for (let have = allocatedBytes(path); have < bytes; have += chunk.length) writeSync(file, chunk);
    closeSync(file);
  }

  /** Begins to give back; the function returned ends it. */
  function giveBack() {
    const usedAtFirst = usedBytes();
    let left = allocatedBytes(path);
    const full = left;
    let grownBefore = 0;
    let aheadBytes = atFirstAheadBytes;
    const follow = () => {
      const grown = usedBytes() + (full - left) - usedAtFirst;
      // As far ahead as the contestant is quick, at once when it speeds up and by and by when it slows down.
      aheadBytes = Math.max(leastAheadBytes, (grown - grownBefore) * ticksAhead, aheadBytes * 0.95);
      grownBefore = grown;
      const keep = Math.max(0, full - grown - aheadBytes);
      if (keep < left) truncateSync(path, (left = Math.floor(keep / hugePageBytes) * hugePageBytes));
    };
    follow();
    const timer = setInterval(follow, everyMs);
    return () => clearInterval(timer);
  }

  function usedBytes() {
    const { blocks, bfree, bsize } = statfsSync(path);
    return (blocks - bfree) * bsize;
  }

  return { refill, giveBack, remove: () => rmSync(path, { force: true }) };
}

function allocatedBytes(path) {
  return statSync(path, { throwIfNoEntry: false })?.blocks * 512 || 0;
}
