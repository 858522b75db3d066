/*
 * The process that holds one shell's terminal (see host-message.ts). One for each shell, because the native part leaves
 * the terminal's descriptor open in every program that the same process starts later: another shell, or a command,
 * could read and type there.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import tty from "node:tty";
import type { FromHost, HostStart, ToHost } from "./host-message.js";
import { loadNativePty, type NativePty } from "./native-pty.js";
import { TerminalInput } from "./terminal-input.js";

/** What a terminal holds at most when its program has ended: the kernel's buffers, with room to spare. */
const mostLastBytes = 256 * 1024;
const readBytes = 64 * 1024;
/** A shell that does not heed the hangup of its terminal is killed after so long. */
const patienceMs = 2000;

function tell(message: FromHost): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}

process.on("message", (message: ToHost) => {
  if (message.about !== "start") return;
  try {
    run(loadNativePty(), message.start);
  } catch (error) {
    void tell({ about: "failed", message: (error as Error).message }).then(() => process.exit(1));
  }
});
let begun = false;
process.once("disconnect", () => {
  if (!begun) process.exit(0);
});

function run(native: NativePty, start: HostStart): void {
  begun = true;
  const { file, args, environment, folder, columns, rows } = start;
  const helper = process.platform === "darwin" ? macHelper() : "";
  const output = new net.Socket({ fd: 1, readable: false });
  output.on("error", () => {});
  const forked = native.fork(file, args, environment, folder, columns, rows, -1, -1, true, helper, (status, signal) => {
    ended(status, signal);
  });
  // While this end is open the terminal cannot hang up, and Node reads all that is in it.
  const hold = fs.openSync(forked.pty, fs.constants.O_RDWR | fs.constants.O_NOCTTY);
  const master = new tty.ReadStream(forked.fd);
  const typed = new TerminalInput(forked.fd);
  let isOver = false;
  master.on("error", () => {});
  master.on("data", (chunk: Buffer) => {
    typed.flush();
    if (!output.write(chunk)) master.pause();
  });
  output.on("drain", () => master.resume());

  const input = new net.Socket({ fd: 0, writable: false });
  input.on("error", () => {});
  input.on("data", (chunk: Buffer) => {
    input.pause();
    typed.write(chunk, () => input.resume());
  });
  process.on("message", (message: ToHost) => {
    if (isOver) return;
    if (message.about === "size") native.resize(forked.fd, message.columns, message.rows);
    else if (message.about === "hang-up") hangUp();
  });
  // The server is gone, and its shells go with it.
  process.once("disconnect", hangUp);
  void tell({ about: "started" });

  /** The kernel sends SIGHUP to whoever has the terminal when its last descriptor here is closed. */
  function hangUp(): void {
    if (isOver) return;
    isOver = true;
    fs.closeSync(hold);
    master.destroy();
    // The shell and what runs in its own group: a command that is run in place of a shell has no other.
    setTimeout(() => process.kill(-forked.pid, "SIGKILL"), patienceMs);
  }

  function ended(status: number, signal: number): void {
    input.destroy();
    typed.close();
    if (isOver) return finish(status, signal);
    isOver = true;
    master.removeAllListeners("data");
    master.pause();
    for (let chunk: Buffer | null = master.read(); chunk !== null; chunk = master.read()) output.write(chunk);
    for (const chunk of lastOutput(forked.fd)) output.write(chunk);
    fs.closeSync(hold);
    finish(status, signal);
  }

  function finish(status: number, signal: number): void {
    const end = () => void tell({ about: "exited", status, signal }).then(() => process.exit(0));
    if (output.destroyed) end();
    else output.end(end).once("close", end);
  }
}

/** What is left in the terminal of a program that has ended; whatever it left running may go on to print. */
function* lastOutput(fd: number): Generator<Buffer> {
  for (let count = 0; count < mostLastBytes; ) {
    const chunk = Buffer.allocUnsafe(readBytes);
    let length = 0;
    try {
      length = fs.readSync(fd, chunk);
    } catch {
      // EAGAIN: the terminal is empty. EIO: it is gone.
    }
    if (length === 0) return;
    count += length;
    yield chunk.subarray(0, length);
  }
}

function macHelper(): string {
  return createRequire(import.meta.url).resolve(`@lydell/node-pty-darwin-${process.arch}/spawn-helper`);
}
