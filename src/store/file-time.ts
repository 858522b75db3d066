import { fstatSync, futimesSync, lstatSync, lutimesSync } from "node:fs";

/** Nanoseconds of a bigint stat as whole microseconds, rounded down also before 1970. */
export function microseconds(nanoseconds: bigint): number {
  const whole = nanoseconds / 1000n;
  return Number(nanoseconds < 0n && whole * 1000n !== nanoseconds ? whole - 1n : whole);
}

/** Sets the time of last change (and of last access) of an open file or folder to exactly `mtime` microseconds. */
export function setOpenTime(fd: number, mtime: number): void {
  setExactly(
    mtime,
    (seconds) => futimesSync(fd, seconds, seconds),
    () => fstatSync(fd, { bigint: true }).mtimeNs,
  );
}

/** The same for what is at `nativePath`, a link itself rather than what it points to. */
export function setPathTime(nativePath: string, mtime: number): void {
  setExactly(
    mtime,
    (seconds) => lutimesSync(nativePath, seconds, seconds),
    () => lstatSync(nativePath, { bigint: true }).mtimeNs,
  );
}

/*
 * Node takes seconds as a double, whose last place is about 0.2 µs for today's dates (and, after 2106, more than the
 * microsecond that is promised until then), and libuv cuts what it makes of it: half a microsecond more makes sure that
 * the cut ends at the right one. Negative numbers Node takes for "now",
 * unless they come as text; and whether those are cut towards zero or downwards depends on the version of libuv, so
 * the result is looked at.
 */
function setExactly(mtime: number, set: (seconds: number | string) => void, readNs: () => bigint): void {
  if (mtime >= 0) {
    set((mtime + 0.5) / 1e6);
    return;
  }
  set(String((mtime - 0.5) / 1e6));
  if (microseconds(readNs()) !== mtime) set(String((mtime + 0.5) / 1e6));
}
