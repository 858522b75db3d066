import type { Readable } from "node:stream";
import { SampanError } from "../../wire/sampan-error.js";
import type { CollectedRun, Run } from "./run-api.js";

const defaultMaxBytes = 64 * 2 ** 20;

/** Reads both outputs of a command to their end. E_TOO_LARGE beyond `maxBytes` together; the command is then ended. */
export async function collectRun(run: Run, maxBytes = defaultMaxBytes): Promise<CollectedRun> {
  let bytes = 0;
  const read = async (stream: Readable): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        run.kill("SIGKILL");
        throw new SampanError("E_TOO_LARGE", `the command printed more than ${maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  const outputs = Promise.all([read(run.stdout), read(run.stderr)]);
  outputs.catch(() => {});
  // The result's error says why there is no command; the outputs merely break off.
  const failure = run.result.then(
    () => new Promise<never>(() => {}),
    (error) => Promise.reject(error),
  );
  const [stdout, stderr] = await Promise.race([outputs, failure]);
  return { ...(await run.result), stdout, stderr };
}
