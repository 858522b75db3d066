import type { JsonObject } from "../wire/field.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import type { Connection } from "./connection.js";
import type { FileWatch } from "./download.js";
import { jsonHeader, readJsonHeader, sizeField, textField } from "./json-header.js";
import type { OutgoingFile } from "./outgoing-file.js";
import { pythonJson } from "./python-json.js";
import { type ServedFolder, uploadName } from "./served-folder.js";
import type { Converse, Site } from "./site.js";

/*
 * client: i32 length | {"file_name": name, "file_size": bytes, "md5": hex}  or  "msg": text  in place of the MD5 | the bytes
 * server: nothing
 */

export const serveUpload: Converse = async (connection, site) => {
  for (;;) {
    const header = await readJsonHeader(connection, site.encoding);
    if (header === undefined) return;
    await receiveUpload(connection, site, header);
  }
};

async function receiveUpload(connection: Connection, site: Site, header: JsonObject): Promise<void> {
  const { peer } = connection;
  const { tell } = site;
  const name = textField(header, "file_name");
  if (name === undefined) throw new SampanError("E_PROTOCOL", `there is no "file_name" in the header`);
  try {
    const bytes = sizeField(header, "file_size");
    const md5 = textField(header, "md5");
    const savedAs = uploadName(name);
    await tell({ event: "file-begin", peer, name, bytes });
    const file = (site.folder as ServedFolder).create(savedAs);
    const received = await file.receive(connection, bytes, md5);
    const msg = typeof header.msg === "string" ? { msg: header.msg } : {};
    const where = savedAs === name ? {} : { savedAs };
    await tell({ event: "file-end", peer, name, outcome: "received", ...where, ...received, ...msg });
  } catch (thrown) {
    const { code, message } = toSampanError(thrown);
    await tell({ event: "file-end", peer, name, outcome: "failed", code, message });
    // All its bytes were read: what follows is the next file.
    if (code !== "E_DIGEST") throw thrown;
  }
}

/** Sends one file under `name`, with `msg` if there is one and else with its MD5. */
export async function uploadFile(
  connection: Connection,
  file: OutgoingFile,
  name: string,
  msg: string | undefined,
  watch: FileWatch,
): Promise<{ readonly bytes: number; readonly md5: string | undefined }> {
  const md5 = msg === undefined ? await file.md5() : undefined;
  const header = { file_name: name, file_size: file.bytes };
  await connection.send(jsonHeader(pythonJson(md5 === undefined ? { ...header, msg: msg ?? "" } : { ...header, md5 })));
  watch.begin(file.bytes);
  await file.sendTo(connection, watch.bytes);
  return { bytes: file.bytes, md5 };
}
