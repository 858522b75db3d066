import { isatty } from "node:tty";

/**
 * Where a terminal is gone when the process ends, it ends by the hangup that came with that, as programs do. Node would
 * set the terminal's modes back, and abort with a trace of its own as that fails.
 */
export function endByHangUp(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  if (terminals.length === 0 || process.platform === "win32") return;
  process.once("exit", (status) => {
    if (terminals.every((fd) => isatty(fd))) return;
    // Those who came later have things to put away, and would not be asked any more.
    process.emit("exit", status);
    process.removeAllListeners("SIGHUP");
    process.kill(process.pid, "SIGHUP");
  });
}
