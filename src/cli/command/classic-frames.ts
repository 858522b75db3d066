import { maxFrameBytes, sendFrames } from "../../classic/frames.js";
import { SampanError } from "../../wire/sampan-error.js";
import { countOf, grouped } from "../byte-size.js";
import { type ClassicFlags, callerFor } from "../classic/caller.js";
import { formatDuration } from "../duration.js";
import { jsonLine } from "../json-event.js";
import { formatRate } from "../rate.js";

export interface ClassicFramesFlags extends ClassicFlags {
  readonly text: string;
  readonly count: number;
}

/** The server reads on while we wait for it to end; a slow one may have much to read. */
const closingMs = 60_000;

/** sampan classic frames ADDR --text T --count N: as fast as the server takes them. */
export async function classicFrames(address: string, flags: ClassicFramesFlags): Promise<number> {
  const { caller, encoding } = await callerFor(address, flags);
  const bytes = encoding.encode(flags.text).length;
  if (bytes > maxFrameBytes)
    throw new SampanError("E_USAGE", `a frame has at most ${maxFrameBytes} bytes; this text has ${bytes}`);
  const startedMs = performance.now();
  let done = 0;
  try {
    // After a break the rest is sent on a new connection; what was on its way is lost, and nothing tells how much.
    await caller.run(true, async (connection) => {
      const before = done;
      await sendFrames(connection, encoding, flags.text, flags.count - before, (frames) => {
        done = before + frames;
      });
    });
  } catch (error) {
    caller.hangUp();
    throw error;
  }
  const inTime = await caller.close(closingMs);
  const seconds = (performance.now() - startedMs) / 1000;
  const sent = done * (bytes + 4);
  if (flags.json) process.stdout.write(jsonLine({ event: "done", frames: done, bytes: sent, seconds }));
  else {
    const rate = `${formatRate(sent / seconds)}, ${grouped(Math.round(done / seconds))} frames/s`;
    process.stdout.write(`${countOf(done, "frame")} sent in ${formatDuration(seconds)} (${rate})\n`);
  }
  if (!inTime && !flags.json)
    process.stderr.write("sampan: the server has not closed; whether it read all cannot be known\n");
  return 0;
}
