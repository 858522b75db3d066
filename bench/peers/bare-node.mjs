import { bareNodeCommand } from "../servers/bare-node.mjs";

export const bareNodeTls = peer("bare Node TLS", true);
export const bareNodePlain = peer("bare Node plain", false);

function peer(name, sealed) {
  const get = (server, place, what) =>
    bareNodeCommand(server, "get", `source/${what}`, `${place.target}/${what}`, sealed);
  const put = (server, place, what) =>
    bareNodeCommand(server, "put", `target/${what}`, `${place.source}/${what}`, sealed);
  return { name, server: "bare-node", needs: [], bigFile: { get, put } };
}
