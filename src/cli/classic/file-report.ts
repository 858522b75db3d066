import type { FileWatch } from "../../classic/download.js";
import type { ReceivedFile } from "../../classic/incoming-file.js";
import type { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";
import { cutMiddle } from "../display-width.js";
import { errorText } from "../exit.js";
import { jsonLine } from "../json-event.js";
import { formatRate } from "../rate.js";
import { terminalTraits } from "../terminal.js";
import type { Line } from "../transfer/progress-line.js";
import { ProgressView } from "../transfer/progress-view.js";
import { SpeedMeter } from "../transfer/speed-meter.js";

const barColumns = 30;
const progressEventMs = 500;

/** Tells how the files of a download or an upload go, one after another. */
export class ClassicFileReport {
  readonly #json: boolean;
  readonly #live: boolean;
  readonly #color: boolean;
  #name = "";
  #bytes = 0;
  #done = 0;
  #speed = new SpeedMeter(0, performance.now());
  #toldMs = 0;
  #view: ProgressView | undefined;

  constructor(json: boolean) {
    this.#json = json;
    const { live, color } = terminalTraits(process.stderr, process.env);
    this.#live = live && !json;
    this.#color = color;
  }

  /** What a file's transfer tells of itself. */
  watch(name: string): FileWatch {
    return { begin: (bytes) => this.#begin(name, bytes), bytes: (done) => this.#moved(done) };
  }

  /** A line that is no file's end. */
  print(line: string): void {
    if (this.#view === undefined) process.stderr.write(`${line}\n`);
    else this.#view.print(line);
  }

  ended(
    name: string,
    did: "downloaded" | "uploaded",
    file: ReceivedFile | { bytes: number; md5: string | undefined },
  ): void {
    this.stop();
    const { bytes, md5 } = file;
    const verified = "verified" in file ? { verified: file.verified } : {};
    if (this.#json) {
      process.stdout.write(
        jsonLine({ event: "file-end", path: name, outcome: did, bytes, md5: md5 ?? null, ...verified }),
      );
      return;
    }
    const checked = "verified" in file ? (file.verified ? ", compared" : ", with nothing to compare it with") : "";
    const digest = md5 === undefined ? "" : `, MD5 ${md5}${checked}`;
    process.stdout.write(`${printable(name)} ${did}: ${formatBytes(bytes)}${digest}\n`);
  }

  failed(name: string, error: SampanError): void {
    this.stop();
    const { code, message } = error;
    if (this.#json) process.stdout.write(jsonLine({ event: "problem", path: name, code, message }));
    else process.stderr.write(`${errorText(error)}\n`);
  }

  stop(): void {
    this.#view?.stop();
    this.#view = undefined;
  }

  #begin(name: string, bytes: number): void {
    this.stop();
    this.#name = name;
    this.#bytes = bytes;
    this.#done = 0;
    this.#speed = new SpeedMeter(0, performance.now());
    this.#toldMs = performance.now();
    if (this.#json) process.stdout.write(jsonLine({ event: "file-begin", path: name, bytes }));
    if (this.#live) this.#view = new ProgressView(process.stderr, this.#color, (columns) => [this.#line(columns)]);
  }

  #moved(done: number): void {
    const nowMs = performance.now();
    this.#speed.add(done, nowMs);
    this.#done = done;
    if (!this.#json || nowMs - this.#toldMs < progressEventMs) return;
    this.#toldMs = nowMs;
    process.stdout.write(jsonLine({ event: "progress", path: this.#name, bytes: done, totalBytes: this.#bytes }));
  }

  #line(columns: number): Line {
    const facts = `${progressBar(this.#done, this.#bytes)}  ${formatBytes(this.#done)}  ${formatRate(this.#speed.perSecond(performance.now()))}`;
    const name = cutMiddle(printable(this.#name), Math.max(1, columns - facts.length - 2));
    return { text: `${name}  ${facts}`, tone: "strong" };
  }
}

/** The bar of the tutorials: `[xxxxxx            ]  33%`. */
export function progressBar(done: number, bytes: number): string {
  const share = bytes === 0 ? 1 : Math.min(1, done / bytes);
  return `[${"x".repeat(Math.floor(share * barColumns)).padEnd(barColumns)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
}
