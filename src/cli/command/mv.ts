import { SampanError } from "../../wire/sampan-error.js";
import { normalizeWirePath } from "../../wire/wire-path.js";
import { abortOnInterrupt } from "../interrupt.js";
import { findPlaces, withPeer } from "../open-remote.js";
import { parseRemotePlace } from "../place.js";

export interface MoveFlags {
  readonly overwrite?: true;
  readonly plain?: true;
}

/** sampan mv NAME:from… NAME:to: renames on a remote; into a folder under the old name, as mv does. */
export async function mv(places: readonly string[], flags: MoveFlags): Promise<number> {
  if (places.length < 2)
    throw new SampanError("E_USAGE", `move "${places[0] ?? ""}" where? Give its new NAME:path, too`);
  const { link, paths } = await findPlaces(places.map((place) => parseRemotePlace(place, "what mv moves")));
  const from = paths.slice(0, -1).map(normalizeWirePath);
  if (from.includes(""))
    throw new SampanError("E_USAGE", "the served folder itself cannot be moved; name what is in it");
  // A slash at the end says that it must be a folder, which it must for several sources. The server puts them into it.
  const typed = paths.at(-1) ?? "";
  const to = from.length > 1 && !typed.endsWith("/") ? `${typed}/` : typed;
  const signal = abortOnInterrupt("interrupted; some of it may be moved already");
  await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    for (const path of from) await peer.files.move(path, to, { overwrite: flags.overwrite ?? false, signal });
  });
  return 0;
}
