import { SampanError } from "../../wire/sampan-error.js";
import { normalizeWirePath } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { findPlaces, withPeer } from "../open-remote.js";
import { parseRemotePlace } from "../place.js";

export interface RemoveFlags {
  readonly recursive?: true;
  readonly plain?: true;
}

/** sampan rm NAME:path…: removes files and links, with -r whole folders. */
export async function rm(places: readonly string[], flags: RemoveFlags): Promise<number> {
  const { link, paths } = await findPlaces(places.map((place) => parseRemotePlace(place, "what rm removes")));
  const targets = paths.map(normalizeWirePath);
  if (targets.includes(""))
    throw new SampanError("E_USAGE", "the served folder itself cannot be removed; name what is in it");
  const signal = abortOnInterrupt("interrupted; some of it may be removed already");
  await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    for (const path of targets) await peer.files.remove(path, { recursive: flags.recursive ?? false, signal });
  });
  return 0;
}
