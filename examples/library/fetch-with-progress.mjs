/*
 * SAMPAN_LINK='sampan://…' node examples/library/fetch-with-progress.mjs REMOTE-PATH DESTINATION
 *
 * Fetches a file or folder, shows how far it is by iterating over the events, and stops on Ctrl-C: what has arrived is
 * kept, and the same command goes on from there.
 */
import { connect, SampanError } from "sampan";

const [path, destination] = process.argv.slice(2);
const link = process.env.SAMPAN_LINK;
if (destination === undefined || link === undefined)
  throw new Error("usage: SAMPAN_LINK=… fetch-with-progress.mjs REMOTE-PATH DESTINATION");

const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort());

try {
  const peer = await connect(link, { signal: interrupt.signal });
  try {
    const transfer = peer.files.get(path, destination, { signal: interrupt.signal });
    for await (const event of transfer) {
      if (event.event === "progress") console.log(`${event.bytes} of ${event.totalBytes} bytes`);
      else if (event.event === "stalled") console.log(`nothing has come for ${event.silentMs} ms`);
      else if (event.event === "retry") console.log(`${event.error.message}; again in ${event.delayMs} ms`);
    }
    const { sentBytes, resumedBytes, digest } = await transfer.result;
    console.log(`${sentBytes} bytes came, ${resumedBytes} were here already, ${digest}`);
  } finally {
    await peer.close();
  }
} catch (error) {
  if (!(error instanceof SampanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}
