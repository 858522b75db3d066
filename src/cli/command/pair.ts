import { realpathSync } from "node:fs";
import { configFolder } from "../../service/config-folder.js";
import type { PairingEnd } from "../../service/pairing/pairing-desk.js";
import { type PairingNews, PairingOwner } from "../../service/pairing/pairing-owner.js";
import { type RunningServer, runningServers } from "../../service/pairing/running-servers.js";
import type { LinkRight } from "../../service/server-links.js";
import { fileError } from "../../store/file-error.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { formatDuration } from "../duration.js";
import { abortOnInterrupt } from "../interrupt.js";
import { jsonLine } from "../json-event.js";
import { whyOver } from "../pairing/pairing-text.js";
import { qrText } from "../pairing/qr-text.js";
import { paint, terminalTraits } from "../terminal.js";

export interface PairFlags {
  readonly for?: number;
  readonly gives?: LinkRight;
  readonly qr?: true;
  readonly json?: true;
}

/** sampan pair [DIR]: shows a code with which another machine gets a link to a server of this user that runs here. */
export async function pair(folder: string | undefined, flags: PairFlags): Promise<number> {
  const config = configFolder();
  const server = chosen(runningServers(config), folder);
  const owner = new PairingOwner(config, server);
  const signal = abortOnInterrupt("interrupted: the code is over");
  let end: PairingEnd | undefined;
  for await (const news of owner.open({
    ...(flags.for ? { forMs: flags.for } : {}),
    ...(flags.gives ? { gives: flags.gives } : {}),
    signal,
  })) {
    if (flags.json) process.stdout.write(jsonLine({ ...news }));
    else await tell(news, server, flags);
    if (news.event === "pairing-over") end = news.why;
  }
  if (end === "used") return 0;
  signal.throwIfAborted();
  throw new SampanError("E_CODE", `the code is over: ${whyOver[end ?? "closed"]}; for another run "sampan pair" again`);
}

async function tell(news: PairingNews, server: RunningServer, flags: PairFlags): Promise<void> {
  const { color, live } = terminalTraits(process.stdout, process.env);
  switch (news.event) {
    case "pairing-open": {
      const code = paint(news.code, "strong", color);
      const where = printable(server.folder, 4096);
      process.stdout.write(
        `${where} is open for pairing, for ${formatDuration(news.forMs / 1000)}. The code:\n\n    ${code}\n\n`,
      );
      if (flags.qr ?? live) process.stdout.write(`${await qrText(news.code)}\n`);
      process.stdout.write(
        `On the other machine:  ${paint("sampan remote add NAME", "strong", color)}  and type the code\n`,
      );
      return;
    }
    case "paired":
      process.stdout.write(`${printable(news.address)} has paired.\n`);
      return;
    case "pairing-guess":
      process.stdout.write(`${printable(news.address)} tried a wrong code; tries left: ${news.left}\n`);
      return;
    case "pairing-over":
      // Its end is the command's own: a failure, unless the code was used.
      return;
  }
}

function chosen(servers: readonly RunningServer[], folder: string | undefined): RunningServer {
  const wanted = folder === undefined ? undefined : realPathOf(folder);
  const fitting = servers.filter((server) => wanted === undefined || server.folder === wanted);
  const [first, second] = fitting;
  if (first === undefined) {
    throw new SampanError(
      "E_NOT_FOUND",
      `no server of yours ${wanted === undefined ? "runs on this machine" : `serves ${wanted}`}; start one with "sampan serve"`,
    );
  }
  if (second !== undefined) {
    const folders = fitting.map((server) => server.folder).join(", ");
    throw new SampanError("E_USAGE", `several of your servers run here (${folders}); name the folder`);
  }
  return first;
}

function realPathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (thrown) {
    throw fileError(thrown, "find the served folder", folder);
  }
}
