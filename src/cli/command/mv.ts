import { SampanError } from "../../wire/sampan-error.js";
import { baseWireName, joinWirePath, normalizeWirePath, printable } from "../../wire/wire-path.js";
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
  const to = paths.at(-1) ?? "";
  const target = normalizeWirePath(to);
  const from = paths.slice(0, -1).map(normalizeWirePath);
  if (from.includes(""))
    throw new SampanError("E_USAGE", "the served folder itself cannot be moved; name what is in it");
  const signal = abortOnInterrupt("interrupted");
  await withPeer(link, { plain: flags.plain ?? false, signal }, async (peer) => {
    const isFolder = target === "" || (await peer.files.look(target, { signal }))?.type === "folder";
    if (!isFolder && (from.length > 1 || to.endsWith("/"))) {
      throw new SampanError("E_NOT_A_FOLDER", `"${printable(target)}" is not a folder on the remote`, { path: target });
    }
    for (const path of from) {
      const newPath = isFolder ? joinWirePath(target, baseWireName(path)) : target;
      await peer.files.move(path, newPath, { overwrite: flags.overwrite ?? false, signal });
    }
  });
  return 0;
}
