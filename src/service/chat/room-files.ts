import path from "node:path";
import { roomFolder, type SharedFile } from "../../session/chat/said.js";
import { firstFreeName } from "../../store/free-name.js";
import { SampanError } from "../../wire/sampan-error.js";
import { checkWirePath, joinWirePath, printable } from "../../wire/wire-path.js";
import type { CallOptions, PeerFiles } from "../api.js";

/** Puts a file into a room's folder under its own name, or the first free one like it. E_RIGHTS, E_NOT_A_FOLDER. */
export async function putIntoRoom(
  files: PeerFiles,
  room: string,
  file: string,
  options: CallOptions,
): Promise<SharedFile> {
  const folder = roomFolder(room);
  await files.makeFolder(folder, { ...options, parents: true });
  const taken = new Set<string>();
  for await (const entry of files.list(folder, options)) taken.add(entry.path);
  const wanted = joinWirePath(folder, path.basename(file));
  for (;;) {
    const place = taken.has(wanted) ? firstFreeName(wanted, (name) => taken.has(name)) : wanted;
    const { skippedFiles, bytes, problems } = await files.put(file, place, { ...options, existing: "skip" }).result;
    if (problems[0]) throw problems[0].error;
    if (skippedFiles === 0) return { name: place.slice(folder.length + 1), bytes };
    // Somebody else's file of that name came first.
    taken.add(place);
  }
}

/** Fetches a file of a room. E_NOT_FOUND. */
export async function getFromRoom(
  files: PeerFiles,
  room: string,
  name: string,
  to: string,
  options: CallOptions,
): Promise<void> {
  if (name === "" || name.includes("/")) {
    throw new SampanError("E_USAGE", `"${printable(name)}" is not the name of a file in a room`);
  }
  const { problems } = await files.get(checkWirePath(joinWirePath(roomFolder(room), name)), to, {
    ...options,
    existing: "rename",
  }).result;
  if (problems[0]) throw problems[0].error;
}
