import type { ListProblem } from "../../service/api.js";
import type { Entry } from "../../wire/entry.js";
import { SampanError, toSampanError } from "../../wire/sampan-error.js";
import { baseWireName, normalizeWirePath, printable } from "../../wire/wire-path.js";
import { writeOut } from "../exit.js";
import { abortOnInterrupt } from "../interrupt.js";
import { entryEvent, jsonLine } from "../json-event.js";
import { listLine } from "../list-line.js";
import { ListProblems } from "../list-problems.js";
import { findPlace, withPeer } from "../open-remote.js";
import { parseRemotePlace } from "../place.js";

export interface ListFlags {
  readonly long?: true;
  readonly recursive?: true;
  readonly json?: true;
  readonly plain?: true;
}

const batchLength = 64 * 1024;

/** sampan ls NAME:path…: what is on a remote. */
export async function ls(places: readonly string[], flags: ListFlags): Promise<number> {
  const signal = abortOnInterrupt("interrupted");
  let first = true;
  for (const text of places) {
    const { link, path } = await findPlace(parseRemotePlace(text, "what ls lists"));
    await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
      if (places.length > 1 && !flags.json) {
        await writeOut(process.stdout, `${first ? "" : "\n"}${printable(text)}:\n`);
        first = false;
      }
      const root = normalizeWirePath(path);
      let batch = "";
      const problems = new ListProblems();
      const onProblem = (problem: ListProblem) => problems.add(problem);
      try {
        for await (const entry of peer.files.list(root, { recursive: flags.recursive ?? false, signal, onProblem })) {
          if (path.endsWith("/") && entry.path === root && entry.type !== "folder") throw notAFolder(entry);
          const name = nameUnder(root, entry);
          batch += flags.json ? jsonLine(entryEvent(entry)) : `${listLine(entry, name, flags.long ?? false)}\n`;
          if (batch.length < batchLength) continue;
          await writeOut(process.stdout, batch);
          batch = "";
        }
      } catch (thrown) {
        throw toSampanError(thrown).code === "E_PARTIAL" ? problems.end : thrown;
      } finally {
        // What was listed is shown, even if not all could be.
        await writeOut(process.stdout, batch);
        await problems.tell(flags.json ?? false);
      }
    });
  }
  return 0;
}

/** The name to show: below the folder that was asked for, or the last part of the file that was. */
function nameUnder(root: string, entry: Entry): string {
  if (root === "") return entry.path;
  return entry.path.startsWith(`${root}/`) ? entry.path.slice(root.length + 1) : baseWireName(entry.path);
}

/** What is itself the answer to a question for a folder. */
function notAFolder({ type, path }: Entry): SampanError {
  const hint = "leave out the slash at its end";
  if (type === "link") {
    const message = `"${printable(path)}" is a symbolic link, which is not followed; ${hint}`;
    return new SampanError("E_LINK", message, { path });
  }
  return new SampanError("E_NOT_A_FOLDER", `"${printable(path)}" is a file; ${hint}`, { path });
}
