import { normalizeWirePath } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { findPlaces, withPeer } from "../open-remote.js";
import { parseRemotePlace } from "../place.js";

export interface MakeFolderFlags {
  readonly parents?: true;
  readonly plain?: true;
}

/** sampan mkdir NAME:path…: makes folders. */
export async function mkdir(places: readonly string[], flags: MakeFolderFlags): Promise<number> {
  const { link, paths } = await findPlaces(places.map((place) => parseRemotePlace(place, "what mkdir makes")));
  const signal = abortOnInterrupt("interrupted");
  await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    for (const path of paths) {
      await peer.files.makeFolder(normalizeWirePath(path), { parents: flags.parents ?? false, signal });
    }
  });
  return 0;
}
