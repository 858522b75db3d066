// server.mjs FOLDER ADDRESS KEY CERTIFICATE: the best that Node alone can do for one file, plain and over TLS, without
// anything that sampan adds. Prints its two ports as JSON.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileSections } from "./receive-file.mjs";
import { decodeRequest, requestBytes } from "./request.mjs";
import { readAccepted, sectionReader } from "./sections.mjs";
import { sendFile } from "./send-file.mjs";
import { cipherSettings, writesAtOnce } from "./tls.mjs";

const [folder, address, key, certificate] = process.argv.slice(2);
const tls = { ...cipherSettings, key: readFileSync(key), cert: readFileSync(certificate) };
const servers = [
  createServer({ noDelay: true }, (socket) => serve(socket, writesAtOnce.plain)),
  createTlsServer({ noDelay: true, ...tls }, (socket) => serve(socket, writesAtOnce.tls)),
];
const ports = servers.map(
  (server) => new Promise((resolve) => server.listen(0, address, () => resolve(server.address().port))),
);
const [plainPort, tlsPort] = await Promise.all(ports);
console.log(JSON.stringify({ plainPort, tlsPort }));

function serve(socket, writes) {
  socket.on("error", (error) => console.error(error.message));
  const room = Buffer.alloc(requestBytes);
  const asked = () => {
    const { way, name } = decodeRequest(room);
    const path = join(folder, name);
    const done = () => socket.end();
    if (way === "put") return fileSections(path, done);
    sendFile(socket, path, writes, done);
    return undefined;
  };
  readAccepted(socket, sectionReader({ room, filled: asked }));
}
