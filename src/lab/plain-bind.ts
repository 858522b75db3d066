import { execFile } from "node:child_process";
import type { Outcome } from "./descriptor.js";

/*
 * Node sets SO_REUSEADDR on every TCP listener and does not let one choose. Python does: the program binds once
 * without the option and once with it, and prints what came of each.
 */
const bindProgram = `
import errno, socket, sys
for reuse in (0, 1):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
        try:
            s.bind(("127.0.0.1", int(sys.argv[1])))
            print("ok")
        except OSError as e:
            print(errno.errorcode.get(e.errno, e.errno))
`;

export interface PlainBind {
  readonly without: Outcome;
  readonly withReuse: Outcome;
}

/** Binds the port of loopback as a program without SO_REUSEADDR does; undefined where there is no python3. */
export async function bindPlainly(port: number, signal: AbortSignal): Promise<PlainBind | undefined> {
  const printed = await new Promise<string | undefined>((resolve) => {
    execFile("python3", ["-c", bindProgram, String(port)], { signal, timeout: 10_000 }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
  signal.throwIfAborted();
  const [without, withReuse] = printed?.trim().split(/\s+/) ?? [];
  return without === undefined || withReuse === undefined ? undefined : { without, withReuse };
}
