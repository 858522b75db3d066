import type { Throughput } from "../../session/measure/throughput-meter.js";
import type { DiskTrial } from "../../store/disk-trial.js";
import type { CallOptions } from "../api.js";
import type { Diagnosis } from "./diagnosis.js";
import type { OwnSpeeds } from "./own-speeds.js";
import type { RoundTrips } from "./round-trips.js";

export type { Diagnosis, Finding, Limit, MeasuredFacts } from "./diagnosis.js";
export type { DiskTrial, OwnSpeeds, RoundTrips, Throughput };

export interface PingOptions extends CallOptions {
  /** Default 10. */
  readonly count?: number;
  /** From one to the next. Default 200. */
  readonly intervalMs?: number;
  /** For an answer to a datagram. Default 1,000. */
  readonly timeoutMs?: number;
  /** Bytes of one echo, up to 1,200. Default 56. */
  readonly bytes?: number;
}

export interface ThroughputOptions extends CallOptions {
  /** Default 3,000; at most 30,000. */
  readonly ms?: number;
}

export interface DiagnoseOptions extends ThroughputOptions {
  /** Try the disk there, if the link allows writing. Default true. */
  readonly disks?: boolean;
  /** A folder here in which to try the disk. */
  readonly folder?: string;
  /** Told before each part of it. */
  readonly onStep?: (step: string) => void;
}

/** What explains how fast a transfer with a peer is. */
export interface PeerMeasure {
  /** Round trips over the connection. */
  pingTcp(options?: PingOptions): Promise<RoundTrips>;
  /** Round trips of datagrams; undefined if none came back. */
  pingUdp(options?: PingOptions): Promise<RoundTrips | undefined>;
  /** From there to here ("down") or from here to there ("up"), over one connection. */
  throughput(direction: "down" | "up", options?: ThroughputOptions): Promise<Throughput>;
  /** How fast the other end seals and hashes. */
  speeds(options?: CallOptions): Promise<OwnSpeeds>;
  /** Writes so many bytes to the served disk, waits for it, and removes them. E_RIGHTS without the right to write. */
  disk(bytes: number, options?: CallOptions): Promise<DiskTrial>;
  /** All of it, and what it means. */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>;
}
