import type { Writable } from "node:stream";
import type { TransferEvent, TransferResult } from "../../service/files/transfer-event.js";
import { SampanError } from "../../wire/sampan-error.js";
import { countOf } from "../byte-size.js";
import { errorText } from "../exit.js";
import { doneEvent, type JsonEvent, jsonLine, problemEvent, transferEvent } from "../json-event.js";
import { problemLine } from "../problem-line.js";
import { terminalTraits } from "../terminal.js";
import { udpFailedEvent, udpFailedLine } from "../udp-failed.js";
import { Progress } from "./progress.js";
import { progressLines, troubleText } from "./progress-line.js";
import { ProgressView } from "./progress-view.js";
import { fileLine, type SummaryOptions, summaryLine } from "./transfer-summary.js";

/** Tells the user how a transfer goes. */
export interface TransferReport {
  event(event: TransferEvent): void;
  /** The connection stays with TCP. */
  udpFailed(error: SampanError): void;
  /** The end of a transfer; returns the exit status. */
  finish(result: TransferResult): number;
  /** Takes everything off the screen; after an error, too. */
  close(): void;
}

export interface ReportOptions extends SummaryOptions {
  readonly direction: "get" | "put";
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Where results go: stdout, or stderr where stdout carries the file. */
  readonly results: Writable;
}

export function reportTransfer(options: ReportOptions): TransferReport {
  if (options.json) return jsonReport(options.results);
  const traits = terminalTraits(process.stderr, process.env);
  return textReport(options, !options.quiet && traits.live, traits.color);
}

/** What happens in one turn is written at once: ten thousand small files would be as many system calls else. */
function jsonReport(stream: Writable): TransferReport {
  let lines = "";
  const flush = () => {
    if (lines !== "") stream.write(lines);
    lines = "";
  };
  const add = (event: JsonEvent) => {
    if (lines === "") queueMicrotask(flush);
    lines += jsonLine(event);
  };
  return {
    event: (event) => add(transferEvent(event)),
    udpFailed: (error) => add(udpFailedEvent(error)),
    finish(result) {
      for (const { path, error } of result.problems) add(problemEvent(path, error));
      add(doneEvent(result));
      return statusOf(result);
    },
    close: flush,
  };
}

/** Text for people: drawn lines on a terminal; elsewhere nothing but troubles and the end. */
function textReport(options: ReportOptions, live: boolean, color: boolean): TransferReport {
  const { results, quiet } = options;
  const progress = new Progress(options.direction, performance.now());
  const view = live
    ? new ProgressView(process.stderr, color, (columns, maxLines) =>
        progressLines(progress, performance.now(), columns, maxLines),
      )
    : undefined;
  const print = (line: string, stream: Writable): void => {
    if (view === undefined) stream.write(`${line}\n`);
    else view.print(line, stream);
  };
  const troubles = troubleLog();
  return {
    event(event) {
      const nowMs = performance.now();
      progress.apply(event, nowMs);
      if (event.event === "file-end" && !quiet) {
        const line = fileLine(event, options);
        if (line !== undefined) print(line, results);
      }
      const trouble = troubles(event) ? troubleText(progress, nowMs) : undefined;
      if (trouble !== undefined && view === undefined) print(`sampan: ${trouble}`, process.stderr);
    },
    udpFailed(error) {
      if (!quiet) print(udpFailedLine(error), process.stderr);
    },
    finish(result) {
      view?.stop();
      for (const { path, error } of result.problems) process.stderr.write(`${problemLine(path, error)}\n`);
      if (!quiet) results.write(`${summaryLine(result, options)}\n`);
      if (result.problems.length > 0) process.stderr.write(`${errorText(endError(result.problems))}\n`);
      return statusOf(result);
    },
    close: () => view?.stop(),
  };
}

function statusOf({ problems }: TransferResult): number {
  return problems.length > 0 ? endError(problems).exitStatus : 0;
}

/** What a transfer with problems ends with: where nothing but damage was in the way, that; else that some is not done. */
function endError(problems: TransferResult["problems"]): SampanError {
  const count = countOf(problems.length, "problem");
  if (problems.every(({ error }) => error.code === "E_DIGEST")) {
    return new SampanError(
      "E_DIGEST",
      `${count}: what arrived was damaged each time; nothing of it was put under its name`,
    );
  }
  return new SampanError("E_PARTIAL", `${count}; the same command goes on from there`);
}

/** Picks the troubles worth a line in a log: the first of a row of retries or of a stall, and then twice as late each time. */
function troubleLog(): (event: TransferEvent) => boolean {
  let retries = 0;
  let lastMs = 0;
  let nextMs = 0;
  return (event) => {
    if (event.event === "connected") retries = 0;
    if (event.event === "retry") return Number.isInteger(Math.log2(++retries));
    if (event.event !== "stalled") return false;
    if (event.silentMs < lastMs) nextMs = 0;
    lastMs = event.silentMs;
    if (event.silentMs < nextMs) return false;
    nextMs = event.silentMs * 2;
    return true;
  };
}
