import { mkdirSync } from "node:fs";
import { downloadFile } from "../../classic/download.js";
import { ServedFolder } from "../../classic/served-folder.js";
import { fileError } from "../../store/file-error.js";
import { type SampanError, toSampanError } from "../../wire/sampan-error.js";
import { type ClassicFlags, callerFor } from "../classic/caller.js";
import { ClassicFileReport } from "../classic/file-report.js";
import { interruptionError } from "../interrupt.js";
import { jsonLine } from "../json-event.js";

export interface ClassicDownloadFlags extends ClassicFlags {
  readonly out?: string;
}

const closingMs = 1_000;

/** Whether the conversation can go on with the next file: the bytes of this one are over, or never came. */
function isOfOneFile({ code, origin }: SampanError): boolean {
  return code === "E_DIGEST" || code === "E_USAGE" || (code === "E_NOT_FOUND" && origin === "remote");
}

/** sampan classic download ADDR NAME…: one file after another over one connection. */
export async function classicDownload(
  address: string,
  names: readonly string[],
  flags: ClassicDownloadFlags,
): Promise<number> {
  const report = new ClassicFileReport(flags.json ?? false);
  const { caller, encoding } = await callerFor(address, flags, (line) => report.print(line));
  const folder = openOut(flags.out ?? ".");
  const problems: SampanError[] = [];
  let files = 0;
  let bytes = 0;
  try {
    for (const name of names) {
      try {
        const file = await caller.run(true, (connection) =>
          downloadFile(connection, name, folder, encoding, report.watch(name)),
        );
        report.ended(name, "downloaded", file);
        files++;
        bytes += file.bytes;
      } catch (thrown) {
        const error = interruptionError() ?? toSampanError(thrown);
        if (!isOfOneFile(error)) throw error;
        report.failed(name, error);
        problems.push(error);
      }
    }
  } catch (error) {
    caller.hangUp();
    throw error;
  } finally {
    report.stop();
    folder.close();
  }
  await caller.close(closingMs);
  if (flags.json) process.stdout.write(jsonLine({ event: "done", files, bytes, problems: problems.length }));
  return problems[0]?.exitStatus ?? 0;
}

function openOut(path: string): ServedFolder {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", path);
  }
  return new ServedFolder(path);
}
