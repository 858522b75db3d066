import { findPlace } from "./open-remote.js";
import { parseRemotePlace } from "./place.js";

/** The link of a remote that is named without a path: `box`, `box:`, `:`, or a whole link. */
export async function linkOfRemote(text: string, what: string): Promise<string> {
  const { link } = await findPlace(parseRemotePlace(text.includes(":") ? text : `${text}:`, what));
  return link;
}
