/*
 * SAMPAN_LINK='sampan://…' node examples/library/shared-shell.mjs COMMAND…
 *
 * Types a command into a shell on the other machine while a second client looks on, and prints what that one saw.
 */
import { connect, SampanError } from "sampan";

const command = process.argv.slice(2).join(" ");
const link = process.env.SAMPAN_LINK;
if (command === "" || link === undefined) throw new Error("usage: SAMPAN_LINK=… shared-shell.mjs COMMAND…");

try {
  const peer = await connect(link);
  try {
    const shell = await peer.shell({ command: ["sh"], columns: 100, rows: 30 });
    shell.resume();
    const looking = await peer.shell({ attach: shell.id, readOnly: true });
    looking.pipe(process.stdout);
    shell.write(`${command}\nexit\n`);
    const end = await shell.ended;
    await looking.ended;
    console.log(`\n${shell.id}: ${end.why}, status ${end.status}`);
    process.exitCode = end.status;
  } finally {
    await peer.close();
  }
} catch (error) {
  if (!(error instanceof SampanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}
