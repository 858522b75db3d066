import { configFolder } from "../../service/config-folder.js";
import { type ParsedLink, parseLink } from "../../service/link-text.js";
import { looksLikePairCode } from "../../service/pairing/pair-code.js";
import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { type JsonEvent, jsonLine } from "../json-event.js";
import { readLink, readSecret } from "../link-source.js";
import { linkForCode } from "../pairing/link-for-code.js";
import { checkRemoteName, RemoteBook } from "../remote-book.js";

/** sampan remote add NAME [HOST]: saves a link, which is never taken from the command line, or gets it for a code. */
export async function remoteAdd(
  name: string,
  host: string | undefined,
  extra: readonly string[],
  flags: { overwrite?: true },
): Promise<number> {
  checkRemoteName(name);
  if (extra.length > 0 || host?.includes("#") || host?.includes("//")) {
    throw new SampanError(
      "E_USAGE",
      "remote add takes no link on the command line, where other users of this machine can see it; " +
        `type "sampan remote add ${name}" and paste the link when asked, pipe it in, or set SAMPAN_LINK`,
    );
  }
  const book = new RemoteBook(configFolder());
  const given = host === undefined ? await readLink(`Link or code for ${name} (not shown): `) : await readCode(host);
  const isCode = host !== undefined || looksLikePairCode(given);
  // A code is good once: it must not be spent on a link that is then not saved.
  if (isCode && !flags.overwrite) book.checkFree(name);
  const link = isCode ? await linkForCode(given, host) : given;
  const parsed = parseLink(link);
  book.add(name, link, flags.overwrite ?? false);
  process.stdout.write(`${name} is ${address(parsed)}; try: sampan ls ${name}:\n`);
  return 0;
}

function readCode(host: string): Promise<string> {
  return readSecret(`Code shown on ${printable(host)}: `, process.env.SAMPAN_CODE, "code");
}

/** sampan remote ls: names and addresses, never secrets. */
export function remoteLs(flags: { json?: true }): number {
  const remotes = new RemoteBook(configFolder()).entries().map(([name, link]) => ({ name, parsed: parse(name, link) }));
  const width = Math.max(0, ...remotes.map(({ name }) => name.length));
  for (const { name, parsed } of remotes) {
    process.stdout.write(
      flags.json ? jsonLine(remoteEvent(name, parsed)) : `${name.padEnd(width)}  ${address(parsed)}\n`,
    );
  }
  if (remotes.length === 0 && !flags.json)
    process.stderr.write('no remotes yet; add one with "sampan remote add NAME"\n');
  return 0;
}

/** sampan remote rm NAME…: forgets links. */
export function remoteRm(names: readonly string[]): number {
  const book = new RemoteBook(configFolder());
  for (const name of names) book.remove(name);
  return 0;
}

function parse(name: string, link: string): ParsedLink {
  try {
    return parseLink(link);
  } catch (cause) {
    const message = `the link saved for "${name}" cannot be read; run "sampan remote rm ${name}" and add it again`;
    throw new SampanError("E_LOCAL_FILE", message, { cause });
  }
}

function remoteEvent(name: string, { host, port, unixPath, path }: ParsedLink): JsonEvent {
  const where = unixPath === undefined ? { host, port } : { unixPath };
  return { event: "remote", name, ...where, path };
}

function address({ host, port, unixPath, path }: ParsedLink): string {
  const where = unixPath ?? (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
  const below = path.replace(/^\/+/, "");
  return printable(below === "" ? where : `${where} /${below}`);
}
