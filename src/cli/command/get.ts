import { SampanError } from "../../wire/sampan-error.js";
import { tellErrorsAsEvents } from "../exit.js";
import { findPlaces } from "../open-remote.js";
import { parseLocalPlace, parsePlace, parseRemotePlace } from "../place.js";
import type { TransferFlags } from "../transfer/transfer-flags.js";
import { runTransfer } from "../transfer/transfer-run.js";

/** sampan get SOURCE… DESTINATION: from a remote to this machine, or to standard output. */
export async function get(places: readonly string[], flags: TransferFlags): Promise<number> {
  const [sources, destination] = splitPlaces(places);
  const toOutput = destination === "-";
  if (toOutput && flags.json) tellErrorsAsEvents(process.stderr);
  if (toOutput && sources.length !== 1) throw new SampanError("E_USAGE", "only one file can go to standard output");
  if (toOutput && flags.delete) throw new SampanError("E_USAGE", "--delete needs a destination folder");
  const to = toOutput ? process.stdout : parseLocalPlace(destination, "the destination of get");
  const { link, paths } = await findPlaces(sources.map((source) => parseRemotePlace(source, "a source of get")));
  return runTransfer({
    direction: "get",
    link,
    flags,
    results: toOutput ? process.stderr : process.stdout,
    isStream: toOutput,
    begin: (peer, options) => peer.files.get(paths, to, options),
  });
}

/** The last place is the destination; where that is remote as well, all are sources and the destination is here. */
function splitPlaces(places: readonly string[]): [sources: readonly string[], destination: string] {
  const last = places.at(-1) ?? ".";
  return parsePlace(last).kind === "local" ? [needSource(places.slice(0, -1), last), last] : [places, "."];
}

function needSource(sources: readonly string[], last: string): readonly string[] {
  if (sources.length > 0) return sources;
  throw new SampanError("E_USAGE", `get what? "${last}" is on this machine; a source is written NAME:path`);
}
