import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { StringDecoder } from "node:string_decoder";
import type { TestContext } from "node:test";
import { program } from "./assistant-process.js";
import { TerminalScreen } from "./terminal-screen.js";

/** Runs its arguments on a real pseudo-terminal, and passes bytes on; "\0COLUMNS\n" on standard input resizes it. */
const relay = `
import fcntl, os, pty, select, struct, sys, termios
def size(fd, columns): fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
pid, fd = pty.fork()
if pid == 0:
    size(0, int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
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
        if data[0] == 0:
            size(fd, int(data[1:]))
            os.write(2, b"resized")
        else: os.write(fd, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** sampan on a pseudo-terminal, and what stands on its screen. */
export class PtyProcess {
  readonly screen: TerminalScreen;
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  #wake: (() => void)[] = [];
  #over = false;

  constructor(context: TestContext, columns: number, args: readonly string[]) {
    this.screen = new TerminalScreen(columns);
    const env = { ...process.env, TERM: "xterm", NO_COLOR: "1" };
    this.#child = spawn("python3", ["-c", relay, String(columns), process.execPath, program, ...args], { env });
    const decoder = new StringDecoder("utf8");
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.screen.write(decoder.write(bytes));
      this.#tell();
    });
    this.ended = once(this.#child, "close").then(([status]: unknown[]) => {
      this.#over = true;
      this.#tell();
      return status as number | null;
    });
    context.after(async () => {
      this.#child.stdin.end();
      await this.ended;
    });
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  resize(columns: number): void {
    this.screen.resize(columns);
    this.#child.stdin.write(`\0${columns}\n`);
  }

  /** Fulfilled when the terminal has its new size: what is typed before could be read together with it. */
  async resized(): Promise<void> {
    await once(this.#child.stderr, "data");
  }

  /** The first row that matches, as soon as there is one. */
  async row(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.screen.rows.find((row) => pattern.test(row));
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`no ${String(pattern)} on\n${this.screen.rows.join("\n")}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Fulfilled when the last row, where the cursor is, is this. */
  async lastRow(text: string): Promise<void> {
    while (this.screen.rows.at(-1) !== text) {
      if (this.#over) throw new Error(`the last row is not "${text}":\n${this.screen.rows.join("\n")}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const one of wake) one();
  }
}
