// Who runs over long paths, and which way.
import { aria2 } from "./peers/aria2.mjs";
import { curlHttp } from "./peers/nginx.mjs";
import { rsyncSsh } from "./peers/rsync-ssh.mjs";
import { sampanOneConnection, sampanTls, sampanUdp } from "./peers/sampan.mjs";
import { scp } from "./peers/scp.mjs";
import { knowsFlag } from "./servers/sampan.mjs";

/** What people have today, with one connection: who else is compared with the best of them. */
export const yardsticks = [scp, rsyncSsh, curlHttp].map(({ name }) => name);

export const pathContestants = [
  { peer: sampanTls, ways: ["get", "put"] },
  { peer: sampanOneConnection, ways: ["get"] },
  { peer: sampanUdp, ways: ["get", "put"] },
  { peer: scp, ways: ["get"] },
  { peer: rsyncSsh, ways: ["get"] },
  { peer: curlHttp, ways: ["get"] },
  { peer: aria2, ways: ["get"] },
].flatMap(({ peer, ways }) => ways.map((way) => ({ peer, way })));

export function pathPeer(contestant) {
  return pathContestants.find(({ peer }) => peer.name === contestant)?.peer;
}

/** Why a form of sampan is not there to be measured: this build may not know its flag. */
export function whyNotBuilt({ server, flags = [] }) {
  if (server !== "sampan" || flags.length === 0 || knowsFlag("get", flags[0])) return undefined;
  return `sampan get --help does not know ${flags[0]}`;
}
