/*
 * SAMPAN_LINK='sampan://…' node examples/library/build-bot.mjs ROOM
 *
 * Sits in a chat room as "bot", answers "!time", thanks for files, and leaves on "!leave" or Ctrl-C.
 */
import { connect, SampanError } from "sampan";

const [room] = process.argv.slice(2);
const link = process.env.SAMPAN_LINK;
if (room === undefined || link === undefined) throw new Error("usage: SAMPAN_LINK=… build-bot.mjs ROOM");

try {
  const peer = await connect(link);
  const visit = await peer.chat(room, { name: "bot", history: 0 });
  process.once("SIGINT", () => void visit.leave());
  console.log(`in ${visit.room} as ${visit.name} with ${visit.members.size - 1} others`);
  for await (const event of visit) {
    if (event.event === "lost") console.log(`no connection (${event.error.code}); again in ${event.delayMs} ms`);
    if (event.event !== "said" || event.mine) continue;
    if (event.file) await visit.say(`thanks for ${event.file.name}, ${event.from}`);
    else if (event.text === "!time") await visit.say(new Date(event.at).toISOString());
    else if (event.text === "!leave") void visit.leave();
  }
  await peer.close();
} catch (error) {
  if (!(error instanceof SampanError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.exitStatus;
}
