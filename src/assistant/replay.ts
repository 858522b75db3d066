import { setTimeout as delay } from "node:timers/promises";
import { SampanError } from "../wire/sampan-error.js";
import { logLines } from "./log-reader.js";
import type { Direction } from "./side.js";
import type { LogRole } from "./traffic-log.js";

/** What of a log is sent again. */
export interface ReplayPlan {
  readonly path: string;
  readonly dir: Direction;
  /** The connection of the log. */
  readonly id: number;
  readonly chunks: number;
  readonly bytes: number;
  /** How many connections the log has bytes of in this direction. */
  readonly connections: number;
}

export interface ReplayChoice {
  /** What plays the log. */
  readonly role: "listen" | "connect";
  readonly dir?: Direction | undefined;
  readonly id?: number | undefined;
}

/** The longest wait that Node's timers take. */
const maxWaitMs = 2 ** 31 - 1;

/**
 * Reads all of a log and says what of it would be sent again: unless `dir` says so, what the side that plays it sent
 * then; unless `id` says so, of the first connection that has some. E_LOCAL_FILE with the line number if any line is
 * damaged, E_USAGE if there is nothing to send.
 */
export async function planReplay(path: string, { role, dir: wanted, id: wantedId }: ReplayChoice): Promise<ReplayPlan> {
  const totals = {
    in: new Map<number, { chunks: number; bytes: number }>(),
    out: new Map<number, { chunks: number; bytes: number }>(),
  };
  let writer: LogRole | undefined;
  for await (const line of logLines(path)) {
    if (line.event === "log") writer ??= line.role;
    if (line.event !== "chunk") continue;
    const { chunks, bytes } = totals[line.dir].get(line.id) ?? { chunks: 0, bytes: 0 };
    totals[line.dir].set(line.id, { chunks: chunks + 1, bytes: bytes + line.bytes.length });
  }
  const dir = wanted ?? usualDirection(role, writer, totals.out.size > 0);
  const found = totals[dir];
  const id = wantedId ?? [...found.keys()][0];
  const total = id === undefined ? undefined : found.get(id);
  if (id === undefined || total === undefined) {
    const whose = wantedId === undefined ? "" : ` of connection ${wantedId}`;
    throw new SampanError(
      "E_USAGE",
      `${path} has nothing with the direction "${dir}"${whose} to send again; see --replay-side and --replay-peer`,
    );
  }
  return { path, dir, id, ...total, connections: found.size };
}

/** The side that connects plays what the client sent, the side that listens what the server sent. */
function usualDirection(role: "listen" | "connect", writer: LogRole | undefined, hasOut: boolean): Direction {
  if (writer === undefined) return hasOut ? "out" : "in";
  if (writer === "tap") return role === "connect" ? "in" : "out";
  return writer === role ? "out" : "in";
}

/**
 * Gives `send` the bytes of a plan, each as long after the one before as the log has it, divided by `speed`; `max` waits
 * only until the one before was taken. Fulfilled after the last; returns early when `signal` aborts.
 */
export async function replay(
  plan: ReplayPlan,
  speed: number | "max",
  send: (bytes: Uint8Array) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let before: number | undefined;
  for await (const line of logLines(plan.path)) {
    if (line.event !== "chunk" || line.dir !== plan.dir || line.id !== plan.id) continue;
    const waitMs = speed === "max" || before === undefined ? 0 : (line.time - before) / 1000 / speed;
    before = line.time;
    if (waitMs >= 1) await delay(Math.min(waitMs, maxWaitMs), undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await send(line.bytes);
  }
}
