import type { ConnectOptions, Peer } from "../service/api.js";
import type { ParsedLink } from "../service/link-text.js";
import { SampanError } from "../wire/sampan-error.js";
import { pathBelow, type RemotePlace } from "./place.js";

/** How long a closing connection may take before the command ends without it. */
const closePatienceMs = 4000;

/** A remote place with its link looked up. */
export interface FoundPlace {
  readonly link: string;
  /** Says which server it is, whatever the path. */
  readonly server: string;
  /** Path from the server's root, with the slash at its end as typed. */
  readonly path: string;
}

/** Looks up the link of a place, and joins the link's own path with the one typed. */
export async function findPlace(place: RemotePlace): Promise<FoundPlace> {
  const { formatLink, parseLink } = await import("../service/link-text.js");
  const link = place.kind === "link" ? place.link : await linkOf(place.name);
  if (place.kind === "link") warnOfProcessList();
  const parsed: ParsedLink = parseLink(link);
  const path = place.kind === "link" ? parsed.path : pathBelow(parsed.path, place.path);
  return { link, server: formatLink({ ...parsed, path: "" }), path };
}

/** Looks up several places, which must be on one server. */
export async function findPlaces(places: readonly RemotePlace[]): Promise<{ link: string; paths: string[] }> {
  const found: FoundPlace[] = [];
  for (const place of places) found.push(await findPlace(place));
  const [first] = found;
  if (first === undefined) throw new SampanError("E_USAGE", "no remote path was given");
  if (found.some(({ server }) => server !== first.server)) {
    throw new SampanError("E_USAGE", "all remote paths of one command must be on the same remote");
  }
  return { link: first.link, paths: found.map(({ path }) => path) };
}

async function linkOf(name: string): Promise<string> {
  if (name === "") {
    if (process.env.SAMPAN_LINK) return process.env.SAMPAN_LINK.trim();
    throw new SampanError("E_USAGE", "a path that begins with a colon means the link in SAMPAN_LINK, which is not set");
  }
  const [{ RemoteBook }, { configFolder }] = await Promise.all([
    import("./remote-book.js"),
    import("../service/config-folder.js"),
  ]);
  return new RemoteBook(configFolder()).link(name);
}

let warned = false;

function warnOfProcessList(): void {
  if (warned) return;
  warned = true;
  process.stderr.write(
    "sampan: warning: other users of this machine can see a link on the command line, secret and all; " +
      'save it with "sampan remote add NAME", or put it into SAMPAN_LINK and write :PATH\n',
  );
}

/** Connects, does `work`, and closes. */
export async function withPeer<T>(link: string, options: ConnectOptions, work: (peer: Peer) => Promise<T>): Promise<T> {
  const { connect } = await import("../service/connect.js");
  const peer = await connect(link, options);
  try {
    return await work(peer);
  } finally {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, closePatienceMs).unref());
    await Promise.race([peer.close().catch(() => {}), patience]);
  }
}
