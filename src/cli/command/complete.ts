import { normalizeWirePath } from "../../wire/wire-path.js";
import { bashLines, readBashLine } from "../bash-line.js";
import { type Candidate, candidateLines, completeWords, type RemoteLister } from "../completion-words.js";
import { findPlace, withPeer } from "../open-remote.js";
import { parsePlace } from "../place.js";
import { buildProgram } from "../program.js";
import { RemoteBook } from "../remote-book.js";

/** A shell waits for this at every press of Tab. */
const patienceMs = 1500;

/**
 * sampan __complete SHELL WORD…, or bash LINE REPLACED: candidates for the last word, one a line; silent about whatever
 * fails.
 */
export async function complete(argv: readonly string[]): Promise<void> {
  const [shell = "", ...rest] = argv;
  // bash cuts words at colons, so it hands over the line, and the words are found here.
  const line = shell === "bash" ? readBashLine(rest[0] ?? "", rest[1] ?? "") : undefined;
  const words = line ? line.words.slice(1) : rest;
  try {
    const program = buildProgram("", () => {});
    const candidates = await completeWords(program, words, { names: remoteNames, list: listRemote });
    const lines = line ? bashLines(candidates, line) : candidateLines(candidates);
    process.stdout.write(lines.map((text) => `${text}\n`).join(""));
  } catch (error) {
    if (process.env.SAMPAN_DEBUG === "1") console.error(error);
  }
}

async function remoteNames(): Promise<string[]> {
  const { configFolder } = await import("../../service/config-folder.js");
  return new RemoteBook(configFolder()).entries().map(([name]) => name);
}

/** What is in the folder at NAME:folder, for as much as comes in time. */
const listRemote: RemoteLister["list"] = async (text) => {
  const place = parsePlace(text);
  const found: Candidate[] = [];
  if (place.kind !== "named") return found;
  const signal = AbortSignal.timeout(patienceMs);
  const { link, path } = await findPlace(place);
  const listing = withPeer(link, { connectTimeoutMs: patienceMs, signal }, async (peer) => {
    const folder = normalizeWirePath(path);
    for await (const entry of peer.files.list(folder, { signal })) {
      const name = folder === "" ? entry.path : entry.path.slice(folder.length + 1);
      if (name !== "")
        found.push({ text: entry.type === "folder" ? `${name}/` : name, whole: entry.type !== "folder" });
    }
  });
  const timeUp = new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref());
  await Promise.race([listing.catch(() => {}), timeUp]);
  return [...found];
};
