import { type Command, Option } from "commander";
import { protocolNames } from "../../classic/protocol-name.js";
import { SampanError } from "../../wire/sampan-error.js";
import { parseDurationMs } from "../duration.js";
import { parsePort } from "./port.js";
import type { Usage } from "./usage.js";

/** `sampan classic serve|upper|…`: the protocols of the socket tutorials. */
export function addClassic({ add, ended }: Usage): void {
  const classic = add(
    "classic",
    "Speak the protocols of the classic socket tutorials, as server or client",
    classicHelp,
  );
  addClassicServe(classic, ended);
  const texts = [
    ["upper", "Send texts; they come back in capitals"],
    ["upper-once", "The same, one connection for each text"],
    ["ack", "Send texts; each is acknowledged in a sentence"],
    ["udp-upper", "Send datagrams; they come back in capitals"],
    ["udp-hi", "Send datagrams; each is answered with hi"],
  ] as const;
  for (const [name, does] of texts) {
    client(classic, name, does)
      .argument("[text...]", "a message each; without any: a prompt, or the lines of standard input")
      .action(async (address, words, flags) =>
        ended(await (await import("../command/classic-text.js")).classicText(name, address, words, flags)),
      );
  }
  client(classic, "frames", "Send one text many times, each with its length in front")
    .requiredOption("--text <text>", "the text")
    .requiredOption("--count <n>", "how many times", parseCount)
    .action(async (address, flags) =>
      ended(await (await import("../command/classic-frames.js")).classicFrames(address, flags)),
    );
  client(classic, "download", "Fetch files by name, and compare their MD5")
    .argument("<name...>", "files as the server knows them")
    .option("--out <dir>", "where they go; without it the current folder")
    .action(async (address, names, flags) =>
      ended(await (await import("../command/classic-download.js")).classicDownload(address, names, flags)),
    );
  client(classic, "upload", "Send files with their MD5")
    .argument("[file...]", "without any, on a terminal: pick from a numbered list")
    .option("--dir <dir>", "the folder whose files are listed; without it the current one")
    .option("--msg <text>", "send this note in place of the MD5, as some of the programs do")
    .action(async (address, files, flags) =>
      ended(await (await import("../command/classic-upload.js")).classicUpload(address, files, flags)),
    );
  const shells = [
    ["shell", "Run commands there; the output's length comes first"],
    ["shell-plain", "Run commands there; the output comes without a length"],
    ["shell-ready", "Run commands there; the length comes first, and waits for us"],
  ] as const;
  for (const [name, does] of shells) {
    const shell = client(classic, name, does)
      .argument("[cmd]", "a command line; without one: a prompt, or the lines of standard input")
      .action(async (address, command, flags) =>
        ended(await (await import("../command/classic-shell.js")).classicShell(name, address, command, flags)),
      );
    if (name === "shell-plain")
      shell.option(
        "--wait <time>",
        "for the first byte of an answer, whose end nothing marks (default 10s)",
        parseDurationMs,
      );
  }
  client(classic, "udp-time", "Ask for the time there")
    .argument("[format]", "as strftime has it; without one %Y-%m-%d %X")
    .action(async (address, format, flags) =>
      ended(await (await import("../command/classic-time.js")).classicTime(address, format, flags)),
    );
}

function addClassicServe(classic: Command, ended: Usage["ended"]): void {
  classic
    .command("serve")
    .description("Serve one of the protocols until Ctrl-C")
    .addHelpText("after", serveHelp)
    .argument("<protocol>", protocolNames.join(", "))
    .option("--host <address>", "listen on this address; without it on 127.0.0.1 only")
    .option("--port <n>", "listen on this port; 0 takes a free one (default 8080)", parsePort)
    .option("--dir <dir>", "the folder of download and upload (./sampan-files, which is made), or where commands run")
    .addOption(encodingOption())
    .option("--allow-shell", "let anyone who connects run anything on this machine")
    .option("--json", "one JSON event a line")
    .action(async (protocol, flags) =>
      ended(await (await import("../command/classic-serve.js")).classicServe(protocol, flags)),
    );
}

/** What all clients take. */
function client(classic: Command, name: string, does: string): Command {
  return classic
    .command(name)
    .description(does)
    .argument("<address>", "host:port, as 127.0.0.1:8080 or [::1]:8080")
    .addOption(encodingOption())
    .option("--retry <n>", "tries to connect before it gives up (default 10)", parseCount)
    .option("--json", "one JSON event a line");
}

function encodingOption(): Option {
  return new Option("--encoding <name>", "of texts: utf-8 or gbk").default("utf-8");
}

function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new SampanError("E_USAGE", `"${text}" is not a number of times; use a whole number from 1 on`);
}

const classicHelp = `
Examples:
  sampan classic serve upper                       on 127.0.0.1:8080
  sampan classic upper 127.0.0.1:8080 hello
  sampan classic serve download --dir films --host 0.0.0.0
  sampan classic download 192.168.1.7:8080 a.mp4 --out copy

What each of them puts on the wire: docs/classic.md
`;

const serveHelp = `
Examples:
  sampan classic serve ack --port 0 --json
  sampan classic serve upload --dir films
  sampan classic serve shell --allow-shell --encoding gbk
`;
