import { terminalTraits } from "../terminal.js";
import { parseTyped } from "./command.js";
import type { AssistantFlags } from "./flags.js";
import { obey } from "./input.js";
import type { AssistantOptions } from "./options.js";
import { AssistantRows } from "./rows.js";
import type { AssistantSession } from "./session.js";
import { type AssistantView, HeldOutput } from "./view.js";
import { JsonView } from "./view-json.js";
import { LinesView } from "./view-lines.js";
import { ScreenView } from "./view-screen.js";

/** The view for what standard input and output are: JSON if asked for, a screen on a terminal, else lines. */
export function makeView(
  session: AssistantSession,
  options: AssistantOptions,
  flags: AssistantFlags,
  quit: () => void,
): AssistantView {
  const { stdin, stdout } = process;
  const output = new HeldOutput(stdout, {
    hold: () => session.exchange.hold(),
    release: () => session.exchange.release(),
  });
  const { encoding } = options.exchange;
  if (flags.json) return new JsonView(encoding, output);
  const { live, color } = terminalTraits(stdout, process.env);
  const rows = new AssistantRows({
    encoding,
    color,
    columns: () => (stdout.isTTY ? stdout.columns : undefined),
    show: () => session.show,
    rule: () => session.rule,
  });
  if (!live || !stdin.isTTY) return new LinesView(rows, output);
  return new ScreenView(
    rows,
    output,
    { stdin, stdout, color },
    {
      line: (line) => {
        if (line !== "") obey(session, () => parseTyped(line, session.target));
      },
      end: () => session.exchange.endSending(session.target),
      quit,
    },
  );
}
