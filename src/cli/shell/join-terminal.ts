import type { Peer } from "../../service/api.js";
import type { Shell, ShellEnd, ShellOptions } from "../../service/shell/shell-api.js";
import { toSampanError } from "../../wire/sampan-error.js";
import { tellFailure } from "../exit.js";
import { DetachKey, type KeyAction } from "./detach-key.js";
import { LossTeller } from "./loss-teller.js";
import { OwnTerminal } from "./own-terminal.js";

const keyHelp = "Ctrl-] d leaves the shell running · Ctrl-] k ends it · Ctrl-] Ctrl-] types Ctrl-]";

/** Joins this terminal to a shell until one of them ends; the exit status is the shell's. */
export async function joinTerminal(peer: Peer, options: ShellOptions): Promise<number> {
  const terminal = new OwnTerminal();
  const losses = new LossTeller(terminal);
  const { size } = terminal;
  const shell = await peer.shell({ ...options, ...size, onEvent: (event) => losses.take(event) });
  losses.watch(shell);
  const resized = () => shell.resize(terminal.size.columns, terminal.size.rows);
  process.stdout.on("resize", resized);
  const leave = () => void shell.detach();
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
  terminal.takeOver();
  const shown = showOutput(shell, terminal);
  joinKeys(shell, options.readOnly ?? false, {
    detach: leave,
    end: () => void peer.shells.end(shell.id).catch(() => {}),
    help: () => terminal.status(keyHelp),
  });
  try {
    const end = await shell.ended;
    await shown;
    terminal.restore();
    return tellEnd(end, shell.id);
  } catch (thrown) {
    await shown;
    terminal.restore();
    // Whatever was on the line stays.
    process.stderr.write("\r\n");
    return tellFailure(toSampanError(thrown));
  } finally {
    losses.stop();
    process.stdout.off("resize", resized);
    process.stdin.pause();
  }
}

/** Fulfilled when all output is on the terminal. */
function showOutput(shell: Shell, terminal: OwnTerminal): Promise<void> {
  return new Promise((resolve) => {
    shell.once("end", resolve);
    shell.on("data", (bytes: Buffer) => {
      if (terminal.show(bytes)) return;
      shell.pause();
      process.stdout.once("drain", () => shell.resume());
    });
  });
}

function joinKeys(shell: Shell, readOnly: boolean, act: Readonly<Record<KeyAction, () => void>>): void {
  const keys = new DetachKey();
  const { stdin } = process;
  stdin.on("data", (piece: Buffer) => {
    const { typed, action } = keys.take(piece);
    if (action !== undefined) return act[action]();
    if (typed.length === 0 || readOnly || shell.write(typed)) return;
    stdin.pause();
    shell.once("drain", () => stdin.resume());
  });
  // The terminal is gone: the shell stays for whoever comes back.
  stdin.on("end", () => act.detach());
  stdin.on("error", () => act.detach());
}

function tellEnd(end: ShellEnd, id: string): number {
  if (end.why === "exited") return end.status;
  const how = end.why === "detached" ? "detached" : "somebody else has taken over the shell";
  process.stderr.write(`\r\nsampan: ${how}; it goes on, as ${id}\n`);
  return 0;
}
