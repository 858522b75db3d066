/*
 * SAMPAN_LINK='sampan://…' node examples/library/send-folder.mjs DIR [REMOTE-PATH] [SECONDS]
 *
 * Makes a remote folder the same as a local one, telling of each file by callback, and gives up after so many seconds.
 * Run again, it goes on where it stopped.
 */
import { connect, SampanError } from "sampan";

const [folder, to = "/", seconds = "3600"] = process.argv.slice(2);
const link = process.env.SAMPAN_LINK;
if (folder === undefined || link === undefined)
  throw new Error("usage: SAMPAN_LINK=… send-folder.mjs DIR [REMOTE-PATH]");

const signal = AbortSignal.timeout(Number(seconds) * 1000);

try {
  const peer = await connect(link, { signal });
  try {
    const transfer = peer.files.put(folder, to, {
      signal,
      filter: [{ pattern: "*.tmp", include: false }],
      onEvent: (event) => {
        if (event.event === "file-end") console.log(`${event.outcome}: ${event.path}`);
      },
    });
    const { files, digest, problems } = await transfer.result;
    for (const { path, error } of problems) console.error(`${path}: ${error.message}`);
    console.log(`${files} files, ${digest}`);
  } finally {
    await peer.close();
  }
} catch (error) {
  if (!(error instanceof SampanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}
