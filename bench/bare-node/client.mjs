// client.mjs get|put NAME PATH ADDRESS PORT [CERTIFICATE]: one file from or to server.mjs; with the server's certificate
// over TLS.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { fileSections } from "./receive-file.mjs";
import { encodeRequest } from "./request.mjs";
import { sectionReader } from "./sections.mjs";
import { sendFile } from "./send-file.mjs";
import { cipherSettings, writesAtOnce } from "./tls.mjs";

const [way, name, path, host, port, certificate] = process.argv.slice(2);
const sealed = certificate !== undefined;
let complete = false;

const finished = () => {
  complete = true;
  socket.end();
};
const nothing = { room: Buffer.alloc(1), filled: () => undefined };
const onread = sectionReader(way === "get" ? fileSections(path, finished) : nothing);
const to = { host, port: Number(port), noDelay: true, onread };
const socket = sealed ? connectTls({ ...to, ...cipherSettings, ca: readFileSync(certificate) }) : connect(to);
socket.on(sealed ? "secureConnect" : "connect", () => {
  socket.write(encodeRequest(way, name));
  if (way === "put") sendFile(socket, path, sealed ? writesAtOnce.tls : writesAtOnce.plain, () => {});
});
// A server that has written all of a file closes; the other way it closes behind its last byte.
socket.on("end", () => {
  complete ||= way === "put";
});
socket.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
socket.on("close", () => process.exit(complete ? 0 : 1));
