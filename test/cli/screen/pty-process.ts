import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import headless from "@xterm/headless";

/** From build/tests/test/cli/screen, where this is compiled to. */
export const program = fileURLToPath(new URL("../../../../../bin/sampan.mjs", import.meta.url));

/** Runs its arguments on a real pseudo-terminal, and passes bytes on; "\0COLUMNS\n" on standard input resizes it. */
const relay = `
import fcntl, os, pty, select, struct, sys, termios
def size(fd, columns): fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
pid, fd = pty.fork()
if pid == 0:
    size(0, int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
pending = b""
while True:
    ready, _, _ = select.select([0, fd], [], [])
    if fd in ready:
        try: data = os.read(fd, 65536)
        except OSError: data = b""
        if not data: break
        os.write(1, data)
    if 0 in ready:
        data = os.read(0, 65536)
        if not data: os.close(fd); break
        pending += data
        while pending:
            end = pending.find(b"\\n") if pending[0] == 0 else pending.find(b"\\0")
            if pending[0] == 0 and end < 0: break
            if pending[0] == 0:
                size(fd, int(pending[1:end]))
                os.write(2, b"resized")
                pending = pending[end + 1:]
            else:
                typed = pending if end < 0 else pending[:end]
                os.write(fd, typed)
                pending = pending[len(typed):]
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(status if status >= 0 else 128 - status)
`;

const screenRows = 24;
const historyRows = 5000;

export interface Cursor {
  readonly row: number;
  readonly column: number;
}

export interface PtyOptions {
  /** Beside those of the test. */
  readonly env?: NodeJS.ProcessEnv;
  readonly folder?: string;
}

/** sampan on a pseudo-terminal. */
export function sampanOnTerminal(
  context: TestContext,
  columns: number,
  args: readonly string[],
  options?: PtyOptions,
): PtyProcess {
  return new PtyProcess(context, columns, [process.execPath, program, ...args], options);
}

/** A program on a pseudo-terminal of 24 rows, and what xterm.js shows of it; rows that scrolled out are kept. */
export class PtyProcess {
  /** Its exit status; 128 + n after signal n. */
  readonly ended: Promise<number | null>;
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #child: ChildProcessWithoutNullStreams;
  #wake: (() => void)[] = [];
  #over = false;

  constructor(context: TestContext, columns: number, command: readonly string[], { env, folder }: PtyOptions = {}) {
    this.#terminal = new headless.Terminal({
      cols: columns,
      rows: screenRows,
      scrollback: historyRows,
      allowProposedApi: true,
      logLevel: "off",
    });
    this.#child = spawn("python3", ["-c", relay, String(columns), ...command], {
      env: { ...process.env, TERM: "xterm", NO_COLOR: "1", ...env },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (bytes: Buffer) => this.#terminal.write(bytes, () => this.#tell()));
    this.ended = once(this.#child, "close").then(async ([status]: unknown[]) => {
      await this.#parsed();
      this.#stop();
      return status as number | null;
    });
    // Whoever waits when the time of the test is over says what for.
    context.signal.addEventListener("abort", () => this.#stop(), { once: true });
    context.after(async () => {
      this.#child.stdin.end();
      await this.ended;
      this.#terminal.dispose();
    });
  }

  /** Rows from the first one to that of the cursor, or the last that is not empty. */
  get rows(): string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => this.#row(row));
    const last = Math.max(
      this.cursor.row,
      rows.findLastIndex((row) => row !== ""),
    );
    return rows.slice(0, last + 1);
  }

  get cursor(): Cursor {
    const { baseY, cursorY, cursorX } = this.#terminal.buffer.active;
    return { row: baseY + cursorY, column: cursorX };
  }

  /** Whether the program has the terminal mark what is pasted. */
  get marksPaste(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Closes the window: the terminal is gone, and the program is told so by SIGHUP. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  /** Fulfilled when the terminal has its new size. */
  async resize(columns: number): Promise<void> {
    await this.#parsed();
    this.#terminal.resize(columns, screenRows);
    const done = once(this.#child.stderr, "data");
    this.#child.stdin.write(`\0${columns}\n`);
    await done;
  }

  /** The first row that matches, as soon as there is one. */
  async row(pattern: RegExp): Promise<string> {
    let found: string | undefined;
    await this.until((rows) => (found = rows.find((row) => pattern.test(row))) !== undefined, String(pattern));
    return found as string;
  }

  /** Fulfilled when the last row is this. */
  async lastRow(text: string): Promise<void> {
    await this.until((rows) => rows.at(-1) === text, `"${text}" as the last row`);
  }

  /** Fulfilled when the screen is so. */
  async until(isSo: (rows: readonly string[]) => boolean, what: string): Promise<void> {
    while (!isSo(this.rows)) {
      if (this.#over) throw new Error(`no ${what} on\n${this.rows.join("\n")}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #row(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd() ?? "";
  }

  #parsed(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write("", resolve));
  }

  #stop(): void {
    this.#over = true;
    this.#tell();
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}
