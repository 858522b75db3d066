// Which contestants can take part, and the servers that they need.
import { findProgram } from "./find-program.mjs";
import * as bareNode from "./servers/bare-node.mjs";
import * as nginx from "./servers/nginx.mjs";
import * as rsyncDaemon from "./servers/rsync-daemon.mjs";
import * as sampan from "./servers/sampan.mjs";
import * as sshd from "./servers/sshd.mjs";

const servers = { sampan: { ...sampan, needs: [] }, sshd, "rsync-daemon": rsyncDaemon, nginx, "bare-node": bareNode };

/** Starts what is there, at `address`, with `flags` by server; says by name in `leftOut` what is not. */
export async function lineUp(peers, work, place, leftOut, { flags = {}, address } = {}) {
  const running = new Map();
  const broken = new Map();
  const contestants = [];
  for (const peer of peers) {
    const why = whyNot(peer) ?? broken.get(peer.server);
    if (why !== undefined) {
      leftOut.push({ work, contestant: peer.name, why });
      continue;
    }
    if (peer.server !== undefined && !running.has(peer.server)) {
      try {
        running.set(peer.server, await servers[peer.server].start(place, { flags: flags[peer.server], address }));
      } catch (error) {
        broken.set(peer.server, error.message);
        leftOut.push({ work, contestant: peer.name, why: error.message });
        continue;
      }
    }
    const server = running.get(peer.server);
    for (const [direction, command] of Object.entries(peer[work])) {
      contestants.push({ name: peer.name, direction, server, command: (what) => command(server, place, what) });
    }
  }
  return {
    contestants,
    server: (name) => running.get(name),
    async stop() {
      for (const server of running.values()) await server.stop();
    },
  };
}

function whyNot(peer) {
  if (peer.server === "sampan") return sampan.whyNotWorking();
  const programs = [...peer.needs, ...(servers[peer.server]?.needs ?? [])];
  const missing = [...new Set(programs)].filter((program) => findProgram(program) === undefined);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")} (--install gets it)`;
}
