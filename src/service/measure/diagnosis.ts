import type { OwnSpeeds } from "./own-speeds.js";

/** What was measured between here and a peer; rates in bytes a second. */
export interface MeasuredFacts {
  /** The median over the idle connection. */
  readonly roundTripMs: number;
  /** Of datagrams on one way, from 0 to 1; undefined where none came back. */
  readonly loss?: number | undefined;
  /** Over one connection, here to there and there to here. */
  readonly up: number;
  readonly down: number;
  readonly here: OwnSpeeds;
  readonly there: OwnSpeeds;
  /** What the disks take, the wait for them included; undefined where that was not tried. */
  readonly diskHere?: number | undefined;
  readonly diskThere?: number | undefined;
}

export type Limit = "path" | "loss" | "window" | "cpu" | "disk";

/** What limits one direction, and what to do about it. */
export interface Finding {
  readonly direction: "up" | "down";
  readonly limit: Limit;
  /** What a transfer can be expected to reach over one connection. */
  readonly bytesPerSecond: number;
  /** What the limit was told by: the rate that it alone would allow; undefined where nothing but the network is left. */
  readonly limitBytesPerSecond?: number;
  /** Whether several connections at once would be faster. */
  readonly moreConnectionsHelp: boolean;
}

export interface Diagnosis {
  readonly facts: MeasuredFacts;
  readonly findings: readonly Finding[];
  readonly udpBlocked: boolean;
  /** Why a disk was not tried. */
  readonly untried: readonly string[];
}

/** What a segment of TCP carries on most networks. */
const segmentBytes = 1448;

/** What of a socket's largest buffer carries content; the rest is for Linux's own records. As seen in the lab. */
const usableOfSending = 0.8;
const usableOfReceiving = 0.5;

/** Round trips below which neither loss nor a window slows a connection down noticeably. */
const shortRoundTripMs = 2;

/** Datagrams are lost by the hundred, so one lost of a hundred tells of loss, and none of little. */
const noticeableLoss = 0.001;

/** A connection that comes as near as this to what its processors could seal is held back by them, and by the rest that they do. */
const cpuShare = 0.3;

/** What limits each direction, by what was measured. */
export function diagnose(facts: MeasuredFacts): readonly Finding[] {
  return (["up", "down"] as const).map((direction) => findingFor(direction, facts));
}

function findingFor(direction: "up" | "down", facts: MeasuredFacts): Finding {
  const measured = facts[direction];
  const disk = direction === "up" ? facts.diskThere : facts.diskHere;
  // A transfer does on one processor what the measurement did, and digests besides.
  const digest = Math.min(facts.here.digest, facts.there.digest);
  const hashing = 1 / (1 / Math.max(1, measured) + 1 / Math.max(1, digest));
  if (disk !== undefined && disk < hashing) {
    return finding(direction, "disk", disk, disk, false);
  }
  const { limit, allows } = networkLimit(direction, measured, facts);
  const expected = Math.min(hashing, disk ?? Number.POSITIVE_INFINITY);
  return finding(direction, limit, expected, allows, limit === "loss" || limit === "window");
}

function networkLimit(
  direction: "up" | "down",
  measured: number,
  facts: MeasuredFacts,
): { limit: Limit; allows: number | undefined } {
  const { roundTripMs, loss = 0 } = facts;
  const seconds = roundTripMs / 1000;
  const cipher = Math.min(facts.here.cipher, facts.there.cipher);
  if (roundTripMs > shortRoundTripMs) {
    // Mathis et al. 1997: what a connection reaches that takes each loss for a full network. Newer ones reach some more.
    const byLoss = loss >= noticeableLoss ? (1.22 * segmentBytes) / (seconds * Math.sqrt(loss)) : undefined;
    const byWindow = windowOf(direction, facts) / seconds;
    if (byLoss !== undefined && byLoss < byWindow && measured < 4 * byLoss) return { limit: "loss", allows: byLoss };
    if (measured > 0.5 * byWindow && measured < 2 * byWindow) return { limit: "window", allows: byWindow };
  }
  if (measured > cpuShare * cipher) return { limit: "cpu", allows: cipher };
  return { limit: "path", allows: undefined };
}

/** The most that may be under way at once, as far as the systems tell. */
function windowOf(direction: "up" | "down", { here, there }: MeasuredFacts): number {
  const [sender, receiver] = direction === "up" ? [here, there] : [there, here];
  const sending = usableOfSending * (sender.sendBuffer ?? Number.POSITIVE_INFINITY);
  return Math.min(sending, usableOfReceiving * (receiver.receiveBuffer ?? Number.POSITIVE_INFINITY));
}

function finding(
  direction: "up" | "down",
  limit: Limit,
  bytesPerSecond: number,
  allows: number | undefined,
  moreConnectionsHelp: boolean,
): Finding {
  const limited = allows === undefined || !Number.isFinite(allows) ? {} : { limitBytesPerSecond: allows };
  return { direction, limit, bytesPerSecond, ...limited, moreConnectionsHelp };
}
