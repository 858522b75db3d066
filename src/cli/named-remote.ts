import { findPlace } from "./open-remote.js";
import { parseWholeRemote } from "./place.js";

/** The link of a remote that is named as a whole; `what` names it where it is refused. */
export async function linkOfRemote(text: string, what: string): Promise<string> {
  const { link } = await findPlace(parseWholeRemote(text, what));
  return link;
}
