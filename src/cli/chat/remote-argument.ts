import { SampanError } from "../../wire/sampan-error.js";
import { isLinkText, type RemotePlace } from "../place.js";

/** A remote that is named as a whole: `box`, `box:`, `:` (the link in SAMPAN_LINK), or a link. */
export function remoteArgument(text: string): RemotePlace {
  if (isLinkText(text)) return { kind: "link", link: text };
  const name = text.replace(/:$/, "");
  if (text !== "" && !/[:/\\]/.test(name)) return { kind: "named", name, path: "" };
  throw new SampanError("E_USAGE", `"${text}" is not the name of a remote; chat takes REMOTE and ROOM`);
}
