import type { ExchangeEvent } from "../../assistant/exchange-event.js";
import type { Tap } from "../../assistant/tap.js";
import type { TapEvents } from "../../assistant/tap-events.js";
import { TapWatch } from "../../assistant/tap-watch.js";
import { TrafficLog } from "../../assistant/traffic-log.js";
import { terminalTraits } from "../terminal.js";
import type { AssistantFlags } from "./flags.js";
import { assistantOptions } from "./options.js";
import { AssistantRows } from "./rows.js";
import { type AssistantView, HeldOutput } from "./view.js";
import { JsonView } from "./view-json.js";
import { LinesView } from "./view-lines.js";

export interface TapTask {
  readonly flags: AssistantFlags;
  /** As the user named it. */
  readonly target: string;
  readonly fingerprint: string | undefined;
  /** Fulfilled by Ctrl-C or SIGTERM. */
  readonly interrupted: Promise<void>;
  readonly start: (events: TapEvents) => Promise<Tap>;
}

/** `sampan tap` with what goes by shown, both directions of it. Returns the exit status. */
export async function runTapWatch({ flags, target, fingerprint, interrupted, start }: TapTask): Promise<number> {
  const { exchange, show } = await assistantOptions(flags);
  const { color } = terminalTraits(process.stdout, process.env);
  // Nobody is held up for the sake of the view: it is written to at the pace of the terminal or the pipe.
  const output = new HeldOutput(process.stdout, { hold: () => {}, release: () => {} });
  const rows = new AssistantRows({
    encoding: exchange.encoding,
    color,
    columns: () => (process.stdout.isTTY ? process.stdout.columns : undefined),
    show: () => show,
    rule: () => exchange.rule?.text,
  });
  const view: AssistantView = flags.json ? new JsonView(exchange.encoding, output) : new LinesView(rows, output);
  const tell = (event: ExchangeEvent): void => {
    log?.write(event);
    view.event(event);
  };
  const watch = new TapWatch(exchange, tell);
  const log = flags.log === undefined ? undefined : new TrafficLog(flags.log, (error) => watch.problem(error));
  try {
    const tap = await start(watch);
    log?.begin("tap", tap.address);
    view.begin({
      role: "tap",
      address: flags.json ? tap.address : `${tap.address} for ${target}`,
      port: tap.port,
      fingerprint,
    });
    await interrupted;
    await tap.close();
    return 0;
  } finally {
    await view.close();
    log?.close();
  }
}
