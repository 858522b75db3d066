// What a process and its descendants have used, from /proc.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

// USER_HZ, which is 100 on every Linux that Node runs on. The kernel sums in nanoseconds and only shows ticks, so the
// error is 10 ms a number, whatever the length of the run.
const ticksPerSecond = 100;

/** Without this list the children's share would be missing without a word. */
export function checkProcessTree() {
  if (!existsSync(`/proc/self/task/${process.pid}/children`)) {
    throw new Error(
      "this kernel does not list the children of a process (CONFIG_PROC_CHILDREN), so CPU cannot be counted",
    );
  }
}

export function childrenOf(pid) {
  const children = [];
  for (const task of listed(`/proc/${pid}/task`)) {
    for (const child of read(`/proc/${pid}/task/${task}/children`).split(" ")) {
      if (child !== "") children.push(Number(child));
    }
  }
  return children;
}

/** The process itself and all its living descendants. */
export function treeOf(pid) {
  const pids = [pid];
  for (let at = 0; at < pids.length; at++) pids.push(...childrenOf(pids[at]));
  return pids;
}

/** User + system seconds of the tree: the living ones' own, and those of the dead that the living have waited for. */
export function cpuSecondsOf(pids) {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statFields(pid);
    ticks += fields.utime + fields.stime + fields.cutime + fields.cstime;
  }
  return ticks / ticksPerSecond;
}

/** User + system seconds of all the children that this process has waited for, and of theirs. */
export function cpuSecondsOfWaitedChildren() {
  const { cutime, cstime } = statFields(process.pid);
  return (cutime + cstime) / ticksPerSecond;
}

/**
 * Peak resident bytes, each process's own high-water mark, added up over those alive now. (Not ru_maxrss: that also
 * counts what the parent held before exec, which is this program's 60 MiB.)
 */
export function peakBytesOf(pids) {
  let bytes = 0;
  for (const pid of pids) {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
    if (match !== null) bytes += Number(match[1]) * 1024;
  }
  return bytes;
}

/** Sets the high-water marks back to what is resident now. */
export function resetPeakOf(pids) {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, "5");
    } catch {
      // Not ours: then the mark since its start stands, which is never too low.
    }
  }
}

function statFields(pid) {
  const text = read(`/proc/${pid}/stat`);
  // The name, in brackets, may hold blanks and brackets.
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  if (fields.length < 15) return { utime: 0, stime: 0, cutime: 0, cstime: 0 };
  return { utime: fields[11], stime: fields[12], cutime: fields[13], cstime: fields[14] };
}

function read(path) {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function listed(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
