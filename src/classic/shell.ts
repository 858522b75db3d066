import { textEncoding } from "../service/text-encoding.js";
import { SampanError } from "../wire/sampan-error.js";
import type { Connection } from "./connection.js";
import { lengthHeader } from "./length-header.js";
import type { OutputSpool } from "./output-spool.js";
import { type CommandResult, runCommand } from "./shell-command.js";
import { type Converse, decodeWhole, readBytes, type Site } from "./site.js";

/*
 * client: a raw command line in UTF-8, at most 1,024 bytes in one send
 * server:
 *   shell        i32 length | stdout | stderr
 *   shell-plain  stderr if there is any, else stdout; nothing if both are empty
 *   shell-ready  the length in decimal digits; after the client's raw "client_ready" as many bytes: stderr if there
 *                is any, else stdout
 */

/** What a client of `shell-ready` says when it has the length. */
export const readyWord = Buffer.from("client_ready");

type Answer = (connection: Connection, result: CommandResult) => Promise<void>;

export const serveShell: Converse = commandServer(async (connection, { stdout, stderr }) => {
  await connection.send(lengthHeader(stdout.bytes + stderr.bytes));
  await sendSpool(connection, stdout);
  await sendSpool(connection, stderr);
});

export const serveShellPlain: Converse = commandServer(async (connection, { stdout, stderr }) => {
  await sendSpool(connection, stderr.bytes > 0 ? stderr : stdout);
});

export const serveShellReady: Converse = commandServer(async (connection, { stdout, stderr }) => {
  const spool = stderr.bytes > 0 ? stderr : stdout;
  await connection.send(Buffer.from(String(spool.bytes)));
  if (await isReady(connection)) await sendSpool(connection, spool);
});

function commandServer(answer: Answer): Converse {
  return async (connection, site) => {
    const utf8 = await textEncoding("utf-8");
    for (;;) {
      const bytes = await connection.readSome(readBytes);
      if (bytes === undefined) return;
      if (!(await serveCommand(connection, site, decodeWhole(utf8, bytes), answer))) return;
    }
  };
}

/** Runs one command and answers; false if the client has vanished meanwhile. */
async function serveCommand(connection: Connection, site: Site, command: string, answer: Answer): Promise<boolean> {
  const { peer } = connection;
  await site.tell({ event: "command-begin", peer, command });
  const gone = new AbortController();
  const unwatch = connection.onGone(() => gone.abort());
  const { encoding, workingFolder, maxOutputBytes } = site;
  const result = await runCommand(command, { folder: workingFolder, encoding, maxOutputBytes, gone: gone.signal });
  unwatch();
  try {
    const { status, signal, stdout, stderr, tooLong } = result;
    const outcome = gone.signal.aborted ? "client-gone" : tooLong ? "too-long" : "answered";
    const counts = { stdoutBytes: stdout.bytes, stderrBytes: stderr.bytes };
    await site.tell({ event: "command-end", peer, command, status, signal, ...counts, outcome });
    if (gone.signal.aborted && !connection.hasEnded)
      throw new SampanError("E_TOO_LARGE", "the client went on sending while its command ran");
    if (gone.signal.aborted) return false;
    await answer(connection, result);
    return true;
  } finally {
    result.stdout.close();
    result.stderr.close();
  }
}

async function sendSpool(connection: Connection, spool: OutputSpool): Promise<void> {
  for await (const chunk of spool.chunks()) await connection.send(chunk);
}

/** Reads the client's word, in however many pieces; what is something else is dropped, as the tutorial's server does. */
async function isReady(connection: Connection): Promise<boolean> {
  let got = Buffer.alloc(0);
  while (got.length < readyWord.length) {
    const more = await connection.readSome(readBytes);
    if (more === undefined) return false;
    got = Buffer.concat([got, more]);
    const shared = Math.min(got.length, readyWord.length);
    if (!got.subarray(0, shared).equals(readyWord.subarray(0, shared))) return false;
  }
  connection.unread(got.subarray(readyWord.length));
  return true;
}
