import { SampanError } from "../../wire/sampan-error.js";
import { printable } from "../../wire/wire-path.js";
import { findPlace } from "../open-remote.js";
import { isLinkText, parsePlace } from "../place.js";

/** A server that a command is to run on. */
export interface RunPlace {
  /** What to call it before its output. */
  readonly name: string;
  readonly link: string;
  /** The folder below the served one that was named with it. */
  readonly cwd: string;
}

/** Looks up `NAME`, `NAME:folder`, `:`, links, or several of them with commas between. */
export async function findRunPlaces(text: string): Promise<RunPlace[]> {
  const places: RunPlace[] = [];
  for (const one of text.split(",")) places.push(await findRunPlace(one.trim()));
  return places;
}

export async function findRunPlace(text: string): Promise<RunPlace> {
  if (text === "") throw new SampanError("E_USAGE", "a remote is missing; write its name, or several as a,b,c");
  const place = parsePlace(text);
  const remote = place.kind === "local" ? parsePlace(`${text}:`) : place;
  if (remote.kind === "local") throw new SampanError("E_USAGE", `"${text}" is no remote; write the name of one`);
  const { link, path } = await findPlace(remote);
  const name = isLinkText(text) ? new URL(link).host : text;
  return { name: printable(name, 60), link, cwd: path.replace(/^\/+/, "") };
}
