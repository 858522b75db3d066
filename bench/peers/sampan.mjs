import { sampanCommand } from "../servers/sampan.mjs";

export const sampanTls = peer("sampan TLS", []);
export const sampanPlain = peer("sampan plain", ["--plain"]);
export const sampanOneConnection = peer("sampan TLS --jobs 1", ["--jobs", "1"]);
export const sampanUdp = peer("sampan --udp", ["--udp"]);

function peer(name, flags) {
  const get = (server, place, what) =>
    sampanCommand(server, "get", ...flags, `bench:/source/${what}`, `${place.target}/`);
  const put = (server, place, what) =>
    sampanCommand(server, "put", ...flags, `${place.source}/${what}`, "bench:/target/");
  return { name, flags, server: "sampan", needs: [], bigFile: { get, put }, smallFiles: { get, put } };
}
