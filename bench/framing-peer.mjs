// Processes of the framing suite: one prints a port and serves it, another dials it and prints a number.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { undoLater } from "./undo.mjs";

const folder = join(import.meta.dirname, "peers", "framing");
export const peerFile = (name) => join(folder, name);

/** Starts a process that prints its port first. */
export async function startPeer(file, args) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const forget = undoLater(() => child.kill("SIGKILL"));
  const port = await new Promise((resolve, reject) => {
    child
      .on("error", reject)
      .on("exit", (status) => reject(new Error(`${file} ${args[0]} ended with status ${status}`)));
    child.stdout.once("data", (text) => resolve(Number(String(text))));
  });
  return {
    port,
    pid: child.pid,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      forget();
    },
  };
}

/** Runs a process to its end; resolves to what it printed. */
export async function runPeer(file, args) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  const forget = undoLater(() => child.kill("SIGKILL"));
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    printed += text;
  });
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  forget();
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with status ${status}`);
  return printed;
}
