import { maxBodyBytes } from "../../wire/limits.js";
import { toSampanError } from "../../wire/sampan-error.js";
import { inputLines } from "../input-lines.js";
import { type AssistantCommand, parseJsonCommand, parseTyped } from "./command.js";
import type { AssistantSession } from "./session.js";

/** The longest message in hex, with blanks between. */
const maxLineLength = 4 * maxBodyBytes;

/** Does what a line asks for; what is wrong with it is told, and the session goes on. */
export function obey(session: AssistantSession, read: () => AssistantCommand): void {
  try {
    session.run(read());
  } catch (thrown) {
    session.exchange.problem(toSampanError(thrown));
  }
}

/**
 * Lines of standard input, where that is no terminal: commands with `--json`, else as if they were typed, from when the
 * first peer is there. At its end a client ends sending as soon as the flags' own work is done, unless it answers by
 * itself; a server goes on. E_TOO_LARGE for a line that no message could be.
 */
export async function readLines(
  session: AssistantSession,
  { wait, role, json }: { wait: Promise<void>; role: "listen" | "connect"; json: boolean },
): Promise<void> {
  if (!json) await wait;
  for await (const line of inputLines(process.stdin, maxLineLength)) {
    if (json && line.trim() === "") continue;
    await session.exchange.drained(session.target);
    obey(session, () => (json ? parseJsonCommand(line) : parseTyped(line, session.target)));
  }
  if (role === "listen" || session.answers) return;
  await session.worked();
  session.exchange.endSending("all");
}
