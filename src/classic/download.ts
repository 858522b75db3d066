import type { TextEncoding } from "../service/text-encoding.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { baseWireName, printable } from "../wire/wire-path.js";
import type { Connection } from "./connection.js";
import type { ReceivedFile } from "./incoming-file.js";
import { jsonHeader, readJsonHeader, sizeField, textField } from "./json-header.js";
import type { OutgoingFile } from "./outgoing-file.js";
import { mebibytes, pythonJson } from "./python-json.js";
import type { ServedFolder } from "./served-folder.js";
import { type Converse, decodeWhole, readBytes, type Site } from "./site.js";

/*
 * client: the raw name of a file, at most 1,024 bytes in one send
 * server: i32 length | {"lenth": bytes, "md5": hex, "size(MB)": MiB to two decimals} | the bytes
 *         i32 length | {}   if there is no such file
 */

/** The longest name that a server takes in one read. */
export const maxNameBytes = readBytes;

export const serveDownload: Converse = async (connection, site) => {
  for (;;) {
    const bytes = await connection.readSome(maxNameBytes);
    if (bytes === undefined) return;
    await serveFile(connection, site, decodeWhole(site.encoding, bytes));
  }
};

async function serveFile(connection: Connection, { folder, tell }: Site, name: string): Promise<void> {
  const file = openServed(folder as ServedFolder, name);
  const { peer } = connection;
  if (file instanceof SampanError) {
    const { code, message } = file;
    const outcome = code === "E_NOT_FOUND" ? "missing" : "failed";
    await tell({ event: "file-end", peer, name, outcome, code, message });
    return connection.send(jsonHeader(pythonJson({})));
  }
  try {
    await tell({ event: "file-begin", peer, name, bytes: file.bytes });
    const md5 = await file.md5();
    await connection.send(jsonHeader(pythonJson({ lenth: file.bytes, md5, "size(MB)": mebibytes(file.bytes) })));
    await file.sendTo(connection);
    await tell({ event: "file-end", peer, name, outcome: "sent", bytes: file.bytes, md5 });
  } catch (thrown) {
    const { code, message } = toSampanError(thrown);
    await tell({ event: "file-end", peer, name, outcome: "failed", bytes: file.bytes, code, message });
    throw thrown;
  } finally {
    file.close();
  }
}

function openServed(folder: ServedFolder, name: string): OutgoingFile | SampanError {
  try {
    return folder.open(name);
  } catch (thrown) {
    const error = toSampanError(thrown);
    if (error.code === "E_BUG") throw error;
    return error;
  }
}

/** The name under which a download is kept: what the user asked for, without the folders in front. */
export function downloadName(asked: string): string {
  return baseWireName(asked.replaceAll("\\", "/"));
}

export interface FileWatch {
  readonly begin: (bytes: number) => void;
  readonly bytes: (done: number) => void;
}

/** Asks for one file and keeps it in `folder`. E_NOT_FOUND if the server has none by the name. */
export async function downloadFile(
  connection: Connection,
  name: string,
  folder: ServedFolder,
  encoding: TextEncoding,
  watch: FileWatch,
): Promise<ReceivedFile> {
  const asked = encoding.encode(name);
  if (asked.length === 0 || asked.length > maxNameBytes)
    throw new SampanError("E_USAGE", `a name has 1 to ${maxNameBytes} bytes; ${printable(name)} has ${asked.length}`);
  await connection.send(asked);
  const header = await readJsonHeader(connection, encoding);
  if (header === undefined) throw new SampanError("E_CONNECTION_LOST", "the server closed the connection unasked");
  if (Object.keys(header).length === 0)
    throw new SampanError("E_NOT_FOUND", `the server has no file ${printable(name)}`, { path: name, origin: "remote" });
  const bytes = sizeField(header, "lenth");
  const md5 = textField(header, "md5");
  const file = folder.create(downloadName(name));
  watch.begin(bytes);
  return file.receive(connection, bytes, md5, watch.bytes);
}
