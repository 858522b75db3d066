import type { TransferEvent, TransferProgress } from "../../service/files/transfer-event.js";
import { SpeedMeter } from "./speed-meter.js";

export interface FileInFlight {
  readonly path: string;
  readonly bytes: number | undefined;
  readonly downBytes: number;
  readonly speed: SpeedMeter;
}

/** What stands in the way just now. */
export type Trouble =
  | { readonly kind: "stalled"; readonly sinceMs: number }
  | { readonly kind: "retry"; readonly atMs: number; readonly message: string };

export type Phase = "connecting" | "walking" | "moving" | "finishing";

const nothingYet: Omit<TransferProgress, "event"> = {
  files: 0,
  bytes: 0,
  sentBytes: 0,
  totalFiles: 0,
  totalBytes: 0,
  walked: false,
  active: [],
};

/** Where a transfer stands, gathered from its events. The caller says what time it is. */
export class Progress {
  readonly direction: "get" | "put";
  #counts = nothingYet;
  #connected = false;
  #failed = 0;
  #active = new Map<string, FileInFlight>();
  #speed: SpeedMeter;
  #trouble: Trouble | undefined;
  #lanes = 1;

  constructor(direction: "get" | "put", nowMs: number) {
    this.direction = direction;
    this.#speed = new SpeedMeter(0, nowMs);
  }

  get counts(): Omit<TransferProgress, "event"> {
    return this.#counts;
  }

  get active(): readonly FileInFlight[] {
    return [...this.#active.values()];
  }

  get failed(): number {
    return this.#failed;
  }

  /** Connections that carry it now. */
  get lanes(): number {
    return this.#lanes;
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** Content that earlier runs had brought. */
  get haveBytes(): number {
    return Math.max(0, this.#counts.bytes - this.#counts.sentBytes);
  }

  get phase(): Phase {
    const { walked, totalFiles, totalBytes, bytes } = this.#counts;
    if (!this.#connected) return "connecting";
    if (totalFiles === 0 && !walked && this.#active.size === 0) return "walking";
    const streaming = this.active.some((file) => file.bytes === undefined);
    return walked && bytes >= totalBytes && !streaming ? "finishing" : "moving";
  }

  /** Content bytes a second over the wire, smoothed. */
  bytesPerSecond(nowMs: number): number {
    return this.#speed.perSecond(nowMs);
  }

  apply(event: TransferEvent, nowMs: number): void {
    switch (event.event) {
      case "connected":
        this.#connected = true;
        this.#trouble = undefined;
        this.#lanes = 1;
        this.#speed = new SpeedMeter(this.#counts.sentBytes, nowMs);
        break;
      case "lanes":
        this.#lanes = event.count;
        break;
      case "file-begin":
        this.#begin(event.path, event.bytes, event.haveBytes, nowMs);
        break;
      case "file-end":
        this.#active.delete(event.path);
        if (event.outcome === "failed") this.#failed++;
        break;
      case "progress":
        this.#count(event, nowMs);
        break;
      case "stalled":
        this.#trouble = { kind: "stalled", sinceMs: nowMs - event.silentMs };
        break;
      case "retry":
        this.#trouble = { kind: "retry", atMs: nowMs + event.delayMs, message: event.error.message };
        break;
    }
  }

  #begin(path: string, bytes: number | undefined, downBytes: number, nowMs: number): void {
    this.#connected = true;
    this.#active.set(path, { path, bytes, downBytes, speed: new SpeedMeter(downBytes, nowMs) });
  }

  #count(event: TransferProgress, nowMs: number): void {
    const before = this.#counts;
    if (event.sentBytes > before.sentBytes || event.files > before.files || event.bytes > before.bytes) {
      this.#connected = true;
      this.#trouble = undefined;
    }
    this.#counts = event;
    this.#speed.add(event.sentBytes, nowMs);
    const active = new Map<string, FileInFlight>();
    for (const { path, bytes, downBytes } of event.active) {
      const speed = this.#active.get(path)?.speed ?? new SpeedMeter(downBytes, nowMs);
      speed.add(downBytes, nowMs);
      active.set(path, { path, bytes, downBytes, speed });
    }
    this.#active = active;
  }
}
