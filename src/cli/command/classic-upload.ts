import { basename, join } from "node:path";
import { OutgoingFile } from "../../classic/outgoing-file.js";
import { ServedFolder } from "../../classic/served-folder.js";
import { uploadFile } from "../../classic/upload.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { type ClassicCall, type ClassicFlags, callerFor } from "../classic/caller.js";
import { ClassicFileReport } from "../classic/file-report.js";
import { readLines } from "../classic/line-source.js";
import { numberedChoice } from "../classic/numbered-choice.js";
import { interruptionError } from "../interrupt.js";
import { jsonLine } from "../json-event.js";

export interface ClassicUploadFlags extends ClassicFlags {
  readonly dir?: string;
  readonly msg?: string;
}

/** The server may have much to write before it sees our end. */
const closingMs = 60_000;

interface Tally {
  files: number;
  bytes: number;
  readonly problems: SampanError[];
}

/** sampan classic upload ADDR [FILE…]: one file after another over one connection. */
export async function classicUpload(
  address: string,
  paths: readonly string[],
  flags: ClassicUploadFlags,
): Promise<number> {
  if (paths.length === 0 && !process.stdin.isTTY)
    throw new SampanError("E_USAGE", "name the files to send; a list to pick from needs a terminal");
  const report = new ClassicFileReport(flags.json ?? false);
  const call = await callerFor(address, flags, (line) => report.print(line));
  const tally: Tally = { files: 0, bytes: 0, problems: [] };
  try {
    for await (const path of paths.length > 0 ? paths : chosenFiles(flags.dir ?? ".", call.signal))
      await sendOne(call, path, flags.msg, report, tally);
  } catch (error) {
    call.caller.hangUp();
    throw error;
  } finally {
    report.stop();
  }
  const inTime = await call.caller.close(closingMs);
  if (flags.json) {
    const { files, bytes, problems } = tally;
    process.stdout.write(jsonLine({ event: "done", files, bytes, problems: problems.length, serverClosed: inTime }));
  } else if (!inTime) {
    process.stderr.write("sampan: the server has not closed; whether it has all of it cannot be known\n");
  }
  return tally.problems[0]?.exitStatus ?? 0;
}

async function sendOne(
  { caller }: ClassicCall,
  path: string,
  msg: string | undefined,
  report: ClassicFileReport,
  tally: Tally,
): Promise<void> {
  const name = basename(path);
  try {
    // Opened for each try: it is sent from its beginning again.
    const sent = await caller.run(true, async (connection) => {
      const file = OutgoingFile.at(path);
      try {
        return await uploadFile(connection, file, name, msg, report.watch(name));
      } finally {
        file.close();
      }
    });
    report.ended(name, "uploaded", sent);
    tally.files++;
    tally.bytes += sent.bytes;
  } catch (thrown) {
    const error = interruptionError() ?? toSampanError(thrown);
    if (error.exitStatus !== 6 && error.code !== "E_SOURCE_CHANGED") throw error;
    // Bytes that were promised will not come: the server must not take those of the next file for them.
    if (error.code === "E_SOURCE_CHANGED") caller.hangUp();
    report.failed(name, error);
    tally.problems.push(error);
  }
}

/** The files that the user picks from a list, until Ctrl-D. */
async function* chosenFiles(dir: string, signal: AbortSignal): AsyncGenerator<string> {
  const folder = new ServedFolder(dir);
  const lines = readLines("number of the file to upload: ", signal);
  try {
    let names = listFiles(folder);
    if (names.length === 0) throw new SampanError("E_NOT_FOUND", `there is no file in ${printable(dir)}`);
    for await (const typed of lines) {
      if (typed.trim() === "") continue;
      const choice = numberedChoice(typed, names.length);
      if (typeof choice === "string") process.stderr.write(`${printable(choice)}\n`);
      else {
        yield join(dir, names[choice] as string);
        names = listFiles(folder);
      }
    }
  } finally {
    lines.close();
    folder.close();
  }
}

function listFiles(folder: ServedFolder): readonly string[] {
  const names = folder.names();
  for (const [index, name] of names.entries())
    process.stderr.write(`${String(index + 1).padStart(4)}  ${printable(name)}\n`);
  return names;
}
