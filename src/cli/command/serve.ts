import { mkdirSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { ServeOptions, Server, ServerEvent } from "../../service/api.js";
import { SampanError } from "../../wire/sampan-error.js";
import { type ClassicChatFlags, classicChatEvent, classicChatNotes, classicChatOf } from "../chat/classic-chat.js";
import { onInterrupt } from "../interrupt.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import { qrText } from "../pairing/qr-text.js";
import { readPemFlags } from "../pem-flags.js";
import { serverLine, welcomeText } from "../server-text.js";
import { paint, terminalTraits } from "../terminal.js";

export interface ServeFlags extends ClassicChatFlags {
  readonly host?: string;
  readonly port?: number;
  readonly unix?: string;
  readonly readOnly?: true;
  readonly plain?: true;
  readonly cert?: string;
  readonly key?: string;
  readonly anyLinks?: true;
  readonly allowRun?: true | string;
  readonly shellKeep?: number;
  readonly pair?: true;
  readonly udp: boolean;
  readonly hidden?: true;
  readonly maxRuns?: number;
  readonly json?: true;
}

/** What is served where no folder is named: a folder of its own, not whatever folder the user happens to be in. */
const defaultFolder = "sampan-files";

/** sampan serve [DIR]: serves until Ctrl-C or SIGTERM. */
export async function serve(folderName: string | undefined, flags: ServeFlags): Promise<number> {
  const folder = servedFolder(folderName);
  const json = flags.json ?? false;
  const waiting: ServerEvent[] = [];
  let tell = (event: ServerEvent): void => void waiting.push(event);
  const options: ServeOptions = {
    folder,
    readOnly: flags.readOnly ?? false,
    plain: flags.plain ?? false,
    anyLinks: flags.anyLinks ?? false,
    udp: flags.udp,
    announced: !flags.hidden,
    ...(flags.host === undefined ? {} : { host: flags.host }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(flags.unix === undefined ? {} : { unixPath: resolve(flags.unix) }),
    ...certificateOf(flags),
    ...(flags.allowRun === undefined ? {} : { allowRun: flags.allowRun === true || flags.allowRun.split(",") }),
    ...(flags.maxRuns === undefined ? {} : { limits: { maxRuns: flags.maxRuns } }),
    ...classicChatOf(flags),
    ...(flags.shellKeep === undefined ? {} : { shellKeepMs: flags.shellKeep }),
    onEvent: (event) => tell(event),
  };
  const ended = new Promise<void>((resolveEnd) => onInterrupt(resolveEnd));
  const start = (await import("../../service/serve.js")).serve;
  const server = await start(options);
  if (json) process.stdout.write(jsonLine(listeningEvent(server)));
  else process.stdout.write(welcome(server, folder, flags));
  tell = json ? (event) => void process.stdout.write(jsonLine({ ...event })) : printEvent;
  for (const event of waiting) tell(event);
  if (flags.pair) await showCode(await server.pair(), json);
  await ended;
  if (!json) process.stderr.write("sampan: closing; Ctrl-C again ends it at once\n");
  await server.close();
  return 0;
}

/** The code itself has been told as an event; on a terminal it is drawn, too. */
async function showCode(code: string, json: boolean): Promise<void> {
  if (json || !terminalTraits(process.stdout, process.env).live) return;
  process.stdout.write(`\n${await qrText(code)}\n`);
}

function servedFolder(name: string | undefined): string {
  const folder = resolve(name ?? defaultFolder);
  try {
    if (name === undefined) mkdirSync(folder, { recursive: true });
    if (!statSync(folder).isDirectory()) throw new SampanError("E_NOT_A_FOLDER", `${folder} is not a folder`);
  } catch (error) {
    if (error instanceof SampanError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new SampanError("E_NOT_FOUND", `there is no folder ${folder}; make it first`);
    throw new SampanError("E_LOCAL_FILE", `cannot serve ${folder} (${code})`, { cause: error });
  }
  return folder;
}

function certificateOf(flags: ServeFlags): Pick<ServeOptions, "certificate"> {
  const certificate = readPemFlags(flags);
  return certificate ? { certificate } : {};
}

function listeningEvent(server: Server): JsonEvent {
  const { host, port, udpPort, link, readLink, runLink, unixLink, fingerprint } = server;
  const unix = unixLink === undefined ? {} : { unixLink };
  return {
    event: "listening",
    host,
    port,
    udpPort: udpPort ?? null,
    link: link ?? null,
    readLink,
    runLink: runLink ?? null,
    ...unix,
    ...classicChatEvent(server),
    fingerprint,
  };
}

function welcome(server: Server, folder: string, flags: ServeFlags): string {
  const { color } = terminalTraits(process.stdout, process.env);
  const plain = flags.plain ? ["unsealed connections from other machines are answered, too"] : [];
  const notes = [...plain, ...classicChatNotes(server)];
  return welcomeText({
    folder,
    notes: server.unixLink === undefined ? notes : [...notes, `by the Unix socket: ${server.unixLink}`],
    port: server.port,
    link: server.link,
    readLink: server.readLink,
    runLink: server.runLink,
    sample: sampleName(folder),
    strong: (text) => paint(text, "strong", color),
  });
}

/** Something in the folder with which to show what a get looks like. */
function sampleName(folder: string): string | undefined {
  try {
    return readdirSync(folder).find((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
  } catch {
    return undefined;
  }
}

function printEvent(event: ServerEvent): void {
  process.stdout.write(`${serverLine(event, new Date())}\n`);
}
