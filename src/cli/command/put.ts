import { SampanError } from "../../wire/sampan-error.js";
import { findPlaces } from "../open-remote.js";
import { parseLocalPlace, parseRemotePlace } from "../place.js";
import type { TransferFlags } from "../transfer/transfer-flags.js";
import { runTransfer } from "../transfer/transfer-run.js";

/** sampan put SOURCE… DESTINATION: from this machine, or from standard input, to a remote. */
export async function put(places: readonly string[], flags: TransferFlags): Promise<number> {
  const sources = places.slice(0, -1);
  const destination = places.at(-1) ?? "";
  if (sources.length === 0)
    throw new SampanError("E_USAGE", `put "${destination}" where? A destination is written NAME:path`);
  const fromInput = sources.includes("-");
  if (fromInput && sources.length !== 1)
    throw new SampanError("E_USAGE", "standard input cannot go with other sources");
  if (fromInput && flags.delete) throw new SampanError("E_USAGE", "--delete needs a source folder");
  const from = fromInput ? process.stdin : sources.map((source) => parseLocalPlace(source, "a source of put"));
  const { link, paths } = await findPlaces([parseRemotePlace(destination, "the destination of put")]);
  return runTransfer({
    direction: "put",
    link,
    flags,
    results: process.stdout,
    isStream: fromInput,
    begin: (peer, options) => peer.files.put(from, paths[0] ?? "", options),
  });
}
