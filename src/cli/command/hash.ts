import { hashLocal } from "../../service/files/local-hash.js";
import type { FilterRule } from "../../wire/filter.js";
import { printable } from "../../wire/wire-path.js";
import { formatBytes } from "../byte-size.js";
import { cutMiddle } from "../display-width.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { formatRate } from "../rate.js";
import { terminalTraits } from "../terminal.js";
import { ProgressView } from "../transfer/progress-view.js";
import { SpeedMeter } from "../transfer/speed-meter.js";

export interface HashFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/** Names are printed whole: who compares lists wants all of them. */
const wholeName = 64 * 1024;

/** sampan hash PATH…: the digests of local files and trees, as a transfer prints them. */
export async function hash(paths: readonly string[], filter: readonly FilterRule[], flags: HashFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  for (const path of paths) {
    const progress = flags.quiet || flags.json ? undefined : showHashing(path);
    try {
      const options = { signal, ...(filter.length > 0 ? { filter } : {}) };
      const found = await hashLocal(path, { ...options, onProgress: (bytes) => progress?.add(bytes) });
      progress?.stop();
      const { digest, files, bytes } = found;
      const line = `${digest}  ${printable(path, wholeName)}\n`;
      process.stdout.write(flags.json ? jsonLine({ event: "hash", path, digest, files, bytes }) : line);
    } finally {
      progress?.stop();
    }
  }
  return 0;
}

/** A line on the terminal with what has been read so far; nothing where there is no terminal, or when it is quick. */
function showHashing(path: string): { add(bytes: number): void; stop(): void } {
  const { live, color } = terminalTraits(process.stderr, process.env);
  const speed = new SpeedMeter(0, performance.now());
  let read = 0;
  const line = (columns: number): string => {
    const facts = `  ${formatBytes(read)}  ${formatRate(speed.perSecond(performance.now()))}`;
    return cutMiddle(printable(path), Math.max(1, columns - facts.length)) + facts;
  };
  let view: ProgressView | undefined;
  const show = (): void => {
    view = new ProgressView(process.stderr, color, (columns) => [{ text: line(columns), tone: "plain" }]);
  };
  const timer = live ? setTimeout(show, 300) : undefined;
  return {
    add(bytes) {
      read = bytes;
      speed.add(bytes, performance.now());
    },
    stop() {
      clearTimeout(timer);
      view?.stop();
    },
  };
}
