import { sampanCommand } from "../servers/sampan.mjs";

export const sampanTls = peer("sampan TLS", []);
export const sampanPlain = peer("sampan plain", ["--plain"]);

function peer(name, flags) {
  const get = (server, place, what) =>
    sampanCommand(server, "get", ...flags, `bench:/source/${what}`, `${place.target}/`);
  const put = (server, place, what) =>
    sampanCommand(server, "put", ...flags, `${place.source}/${what}`, "bench:/target/");
  return { name, server: "sampan", needs: [], bigFile: { get, put }, smallFiles: { get, put } };
}
