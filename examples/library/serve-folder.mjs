/*
 * node examples/library/serve-folder.mjs DIR [PORT]
 *
 * Serves a folder until Ctrl-C, prints its link on the first line, and then a line for each thing that happens.
 */
import { serve } from "sampan";

const [folder, port = "0"] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: serve-folder.mjs DIR [PORT]");

const server = await serve({
  folder,
  host: "127.0.0.1", // left out, it listens on every address of this machine
  port: Number(port),
  onEvent: (event) => console.log(JSON.stringify(event)),
});
console.log(server.link);

process.once("SIGINT", () => server.close());
