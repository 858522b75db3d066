import { Option } from "commander";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { addTransferFlags } from "../transfer/transfer-flags.js";
import { parsePort } from "./port.js";
import type { Usage } from "./usage.js";

const maxTimes = 10_000;

/** `sampan send` and `sampan receive`. */
export function addHandOver({ add, ended }: Usage): void {
  add("send", "Hand files over by a code, without setting up anything", sendHelp)
    .argument("[path...]", "files and folders; - for standard input")
    .option("--text [text]", "hand over a text; without one, standard input as text")
    .option("--times <n>", "how many may fetch it", parseTimes, 1)
    .addOption(
      new Option("--for <time>", "give up after so long").argParser(parseDurationMs).default(10 * 60_000, "10m"),
    )
    .option("--host <address>", "listen on this address only")
    .option("--port <n>", "listen on this port; default a free one", parsePort)
    .option("--name <name>", "what standard input is called there", "stdin")
    .option("--hidden", "do not tell the network; the receiver needs --host")
    .option("--qr", "draw the code as a QR code, too (terminals have it anyway)")
    .option("--json", "one JSON event a line")
    .action(async (paths, flags) => ended(await (await import("../command/send.js")).send(paths, flags)));

  const receive = add("receive", "Fetch what is handed over by a code", receiveHelp)
    .argument("[code]", "as `sampan send` shows it; asked for if left out, or from SAMPAN_CODE")
    .argument("[destination]", "where to: a folder, - for standard output (default .)")
    .option("--host <host>", "HOST:PORT of the sender, where it is not found by itself")
    .option("--for <time>", "look for the sender so long (default 10s)", parseDurationMs);
  const read = addTransferFlags(receive);
  receive.action(async (code, destination, flags) =>
    ended(await (await import("../command/receive.js")).receive(code, destination, { ...flags, ...read(flags) })),
  );
}

function parseTimes(text: string): number {
  const times = Number(text);
  if (Number.isInteger(times) && times >= 1 && times <= maxTimes) return times;
  throw new SampanError("E_USAGE", `--times takes a whole number from 1 to ${maxTimes}, not "${text}"`);
}

const sendHelp = `
The code is over after three wrong tries; it cannot be guessed from what goes over the network. A receiver that was
interrupted types the same code again and goes on.

Examples:
  sampan send film.mp4 photos
  sampan send --text "the door code is 4711"
  tar c src | sampan send - --name src.tar --times 3
`;

const receiveHelp = `
Examples:
  sampan receive 4821-harbor-lemon-violin
  sampan receive 4821-harbor-lemon-violin ~/Downloads
  sampan receive 4821-harbor-lemon-violin - | tar x
`;
