import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Options for a test that fills a disk: it names itself as left out where no file system may be mounted. */
export const onSmallDisk: { readonly skip: string | false } = {
  skip: mayMount() ? false : "needs the right to mount a small file system",
};

/** Mounts a file system in memory (`4m`: of 4 MiB) over a folder; call what it returns when the test is over. */
export function mountSmallDisk(folder: string, size: string): () => void {
  const { status, stderr } = mount(folder, size);
  assert.equal(status, 0, stderr);
  // Lazily: what a failed test still holds open there must not keep the folder from being removed.
  return () => void spawnSync("umount", ["-l", folder]);
}

/** Makes it larger, as somebody does who makes space. */
export function enlargeSmallDisk(folder: string, size: string): void {
  const { status, stderr } = spawnSync("mount", ["-o", `remount,size=${size}`, folder], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

function mount(folder: string, size: string) {
  return spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "sampan-test", folder], { encoding: "utf8" });
}

function mayMount(): boolean {
  if (process.platform !== "linux") return false;
  const folder = mkdtempSync(join(tmpdir(), "sampan-test-mount-"));
  const { status } = mount(folder, "64k");
  if (status === 0) spawnSync("umount", ["-l", folder]);
  rmdirSync(folder);
  return status === 0;
}
