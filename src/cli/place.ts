import { SampanError } from "../wire/sampan-error.js";

/** What a command was told to read or write: something on this machine, or under a remote. */
export type Place = LocalPlace | RemotePlace;

export interface LocalPlace {
  readonly kind: "local";
  readonly path: string;
}

export type RemotePlace =
  /** `NAME:path`; the empty name stands for the link in SAMPAN_LINK. */
  | { readonly kind: "named"; readonly name: string; readonly path: string }
  /** A whole link, path and all. */
  | { readonly kind: "link"; readonly link: string };

const linkStart = /^sampan(?:\+[a-z]+)?:\/\//i;

/** Whether `text` is a link rather than a path or a name. */
export function isLinkText(text: string): boolean {
  return linkStart.test(text);
}

/**
 * Reads an argument by scp's rule: what has a colon before any slash is `NAME:path`, all else is local, so that a
 * local `a:b` is written `./a:b`. On Windows `C:` is a drive.
 */
export function parsePlace(text: string, platform: string = process.platform): Place {
  if (text === "") throw new SampanError("E_USAGE", 'an empty path; the folder you are in is "."');
  if (isLinkText(text)) return { kind: "link", link: text };
  const colon = text.indexOf(":");
  const slash = text.search(platform === "win32" ? /[/\\]/ : /\//);
  const drive = platform === "win32" && /^[a-z]:/i.test(text);
  if (colon < 0 || (slash >= 0 && slash < colon) || drive) return { kind: "local", path: text };
  return { kind: "named", name: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** A place that has to be remote; `what` names it in the message. */
export function parseRemotePlace(text: string, what: string, platform?: string): RemotePlace {
  const place = parsePlace(text, platform);
  if (place.kind !== "local") return place;
  throw new SampanError(
    "E_USAGE",
    `${what} must be on a remote, as NAME:${text === "." ? "" : text}; "${text}" is local`,
  );
}

/**
 * A remote that is named as a whole: `box`, `box:`, `:` (the link in SAMPAN_LINK), or a link. What stands behind the
 * colon is refused, as it would mean nothing; `what` names the remote in the message.
 */
export function parseWholeRemote(text: string, what: string): RemotePlace {
  if (isLinkText(text)) return { kind: "link", link: text };
  const name = text.replace(/:$/, "");
  if (text !== "" && !/[:/\\]/.test(name)) return { kind: "named", name, path: "" };
  throw new SampanError(
    "E_USAGE",
    `${what} must be the name of a remote, without a path, or a link; "${text}" is none`,
  );
}

/** A place that has to be on this machine; `what` names it in the message. */
export function parseLocalPlace(text: string, what: string, platform?: string): string {
  const place = parsePlace(text, platform);
  if (place.kind === "local") return place.path;
  const meant = place.kind === "named" ? `; a local file of that name is "./${text}"` : "";
  const shown = place.kind === "named" ? `"${text}"` : "a link";
  throw new SampanError("E_USAGE", `${what} must be on this machine, and ${shown} is a remote${meant}`);
}

/** The path below a link's own path; the slash at the end stays as typed, for it means something. */
export function pathBelow(linkPath: string, path: string): string {
  const base = linkPath.replace(/^\/+|\/+$/g, "");
  const below = path.replace(/^\/+/, "");
  if (base === "") return path === "" ? linkPath : path;
  if (path === "") return linkPath;
  return `${base}/${below}`;
}
