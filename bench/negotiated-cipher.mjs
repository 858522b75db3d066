import { connect } from "node:tls";

/** What a server agrees on with a client of Node's defaults; for nginx, which allows one only, also what curl gets. */
export function negotiatedCipher(port, alpn) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: alpn });
    socket.on("secureConnect", () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`);
      socket.destroy();
    });
    socket.setTimeout(5000, () => socket.destroy(new Error("no answer within 5 s")));
    socket.on("error", (error) => resolve(`unknown (${error.message})`));
  });
}
