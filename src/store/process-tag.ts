import { readFileSync } from "node:fs";

/*
 * Temporary and lock files carry the tag of the process that made them, so that another can tell whether it still
 * lives. A process number alone would not do, as numbers are used again: start time and boot are told with it.
 *
 *   tag = pid "-" start time in ticks since boot "-" first 8 digits of the boot id
 *
 * Elsewhere than on Linux start time and boot read as 0, and a living process of that number counts as the owner.
 * Processes of another container or host that share the folder are not seen, and count as gone.
 */

/** Linux's number for the time from one start of the machine to the next; "" elsewhere. */
export function readBootId(): string {
  if (process.platform !== "linux") return "";
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    return "";
  }
}

let own: string | undefined;

export function ownTag(): string {
  own ??= `${process.pid}-${startTimeOf(process.pid) ?? 0}-${bootPart()}`;
  return own;
}

/** Whether the process that made `tag` is still running. */
export function isAlive(tag: string): boolean {
  const [, pid, start, boot] = /^(\d+)-(\d+)-([0-9a-f]+)$/.exec(tag) ?? [];
  if (pid === undefined || boot !== bootPart()) return false;
  if (process.platform === "linux") return startTimeOf(Number(pid)) === start;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

function bootPart(): string {
  return readBootId().slice(0, 8) || "0";
}

/**
 * Field 22 of /proc/PID/stat, counted after the name in parentheses, which may itself hold anything. A process that has
 * ended and whose parent has not yet asked for its status (Z, X) has closed all its files: it is gone.
 */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return "ZXx".includes(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
