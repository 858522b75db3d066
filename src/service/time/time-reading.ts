import type { CallOptions } from "../api.js";
import type { ClockComparison } from "./time-sample.js";

/** By what a clock was read: datagrams of ours, a connection, SNTP, or the documents' service of formatted texts. */
export type TimeWay = "udp" | "tcp" | "sntp" | "strftime";

export interface TimeOptions extends CallOptions {
  /** A format of strftime for `text`. Default `%Y-%m-%d %X`, as the other machine has it. */
  readonly format?: string;
  /** Questions; the one with the shortest round trip counts. Default 4. */
  readonly samples?: number;
  /** For each answer. Default 1,000. */
  readonly timeoutMs?: number;
}

/** What the other clock says. Texts are to be escaped before they are printed. */
export interface TimeReading {
  readonly by: TimeWay;
  /** The time there in the form asked for; of SNTP there is none. */
  readonly text?: string;
  /** How the clocks differ; undefined if that could not be told from the answers. */
  readonly clock: ClockComparison | undefined;
  readonly roundTripMs: number;
  /** Questions asked, and answers that came. */
  readonly asked: number;
  readonly heard: number;
  /** What an SNTP server says of its own clock: hops to a reference, and whether it follows one. */
  readonly stratum?: number;
  readonly synchronized?: boolean;
}

export const defaultSamples = 4;
export const defaultTimeoutMs = 1000;
