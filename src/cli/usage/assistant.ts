import type { Command } from "commander";
import { addAssistantFlags, addWatchFlags } from "../assistant/flags.js";
import { parseDurationMs } from "../duration.js";
import type { Usage } from "./usage.js";
import { parseWholeNumber } from "./whole-number.js";

/** `sampan listen`, `sampan connect`, `sampan tap`: raw bytes, without sampan's own protocol. */
export function addAssistantCommands({ add, ended }: Usage): void {
  const listen = add(
    "listen",
    "Take raw connections: a pipe as netcat is, to anything that speaks TCP, TLS or UDP",
    listenHelp,
  );
  addPipeFlags(listen.argument("<address>", "tcp://host:port, tls://…, udp://…, unix:/path; host:port or port is TCP"))
    .option("-k, --keep-open", "after a client has gone, serve the next; Ctrl-C ends it")
    .option("--max-connections <n>", "connections at once (default 1024)", parseWholeNumber);
  addCertificateFlags(listen);
  addDatagramFlags(listen);
  listen.option("--join <group>", "UDP: join a multicast group; repeatable", gather);
  addAssistantFlags(listen);
  listen.action(async (address, flags) => ended(await (await import("../command/listen.js")).listen(address, flags)));

  const connect = add("connect", "Connect to anything that speaks TCP, TLS or UDP: a pipe as netcat is", connectHelp);
  addPipeFlags(connect.argument("<address>", "tcp://host:port, tls://…, udp://…, unix:/path; host:port is TCP"));
  addTrustFlags(connect);
  addDatagramFlags(connect).option("--broadcast", "UDP: allow a broadcast address");
  addAssistantFlags(connect);
  connect.action(async (address, flags) =>
    ended(await (await import("../command/connect.js")).connect(address, flags)),
  );

  const tap = add("tap", "Stand between a client and a server, pass everything on, and tell what goes by", tapHelp);
  tap
    .argument("<listen>", "the address that clients connect to")
    .argument("<target>", "the address of the server")
    .option("--max-connections <n>", "connections at once (default 1024)", parseWholeNumber)
    .option("-q, --quiet", "say nothing of what goes by");
  addCertificateFlags(tap);
  addTrustFlags(tap);
  addWatchFlags(tap);
  tap.action(async (from, to, flags) => ended(await (await import("../command/tap.js")).tap(from, to, flags)));
}

function addPipeFlags(command: Command): Command {
  return command
    .option("--send-only", "drop what the peer sends")
    .option("--recv-only", "send nothing, and leave standard input alone")
    .option("--idle <time>", "end when nothing has moved for so long: 5, 500ms, 2m", parseDurationMs)
    .option("-q, --quiet", "say nothing but errors");
}

function addCertificateFlags(command: Command): void {
  command
    .option("--cert <file>", "TLS: PEM certificate to show, instead of your own that is made at first start")
    .option("--key <file>", "its PEM key");
}

function addTrustFlags(command: Command): void {
  command
    .option("--timeout <time>", "for the connection to stand (default 10s)", parseDurationMs)
    .option("--fingerprint <sha256>", "TLS: the one certificate that is right; base64url or hex")
    .option("--server-name <name>", "TLS: the name to ask for, if it is not the host's")
    .option("--insecure", "TLS: take any certificate");
}

function addDatagramFlags(command: Command): Command {
  return command
    .option("--interface <name>", "UDP: the interface of multicasts, by name or address")
    .option("--ttl <n>", "UDP: how many routers a datagram may pass", parseWholeNumber);
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const listenHelp = `
Without a host it listens on 127.0.0.1; tcp://*:9000 is every address of the machine.
Exit status: 0 everything was delivered, 3 the connection was lost or could not be had, 9 nothing moved for --idle.

Examples:
  sampan listen 9000 > film.mp4            one client; what it sends is the file
  sampan listen tcp://*:9000 -k >> log     whoever comes, one after another
  sampan listen tls://*:9443               with your own certificate; its fingerprint is printed
  sampan listen udp://:5000 --join 239.1.2.3

On a terminal, and with any of the flags from --frame on, it is an assistant: it shows who connects, each chunk beside
each frame, and sends what you type. docs/assistant.md
  sampan listen 9000 --frame line --reply 'PING=>PONG'
`;

const connectHelp = `
Exit status: 0 everything was delivered, 3 the connection was lost or could not be had, 5 the wrong certificate,
9 nothing moved for --idle.

Examples:
  sampan connect 192.0.2.7:9000 < film.mp4
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | sampan connect tls://example.org:443
  echo hello | sampan connect udp://192.0.2.255:5000 --broadcast --idle 2
  sampan connect unix:/run/door

On a terminal, and with any of the flags from --frame on, it is an assistant. docs/assistant.md
  sampan connect 192.0.2.7:502 --append crc16-modbus --show both --send-hex "01 03 00 00 00 02" --every 1s
`;

const tapHelp = `
Bytes pass unchanged; the end of a direction, and a reset, too. tls:// on either side is opened and sealed again here.

Examples:
  sampan tap 9000 192.0.2.7:80
  sampan tap tcp://:9000 tls://example.org:443
  sampan tap udp://:5353 udp://192.0.2.1:53
  sampan tap 9000 192.0.2.7:9000 --frame u32be --show both --log traffic.ndjson
`;
