import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../certificate.mjs";
import { answersOn, freePort, loopback, startDaemon } from "../daemon.mjs";
import { findProgram } from "../find-program.mjs";

export const needs = ["nginx", "openssl"];

export async function start(place, { address = loopback } = {}) {
  const folder = join(place.work, "nginx");
  mkdirSync(folder);
  const { key, certificate } = makeCertificate(folder, address);
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const configuration = join(folder, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off;
${process.getuid() === 0 ? "user root;" : ""}
worker_processes auto;
pid ${join(folder, "pid")};
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  sendfile on;
  tcp_nopush on;
  root ${place.files};
  server {
    listen ${address}:${httpPort};
  }
  server {
    listen ${address}:${httpsPort} ssl;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.3;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
  }
}
`,
  );
  const daemon = await startDaemon({
    file: findProgram("nginx"),
    args: ["-p", folder, "-c", configuration, "-e", "stderr"],
    logPath: join(folder, "log"),
    isReady: async () => (await answersOn(httpPort, address)) && (await answersOn(httpsPort, address)),
  });
  return {
    ...daemon,
    http: `http://${address}:${httpPort}`,
    https: `https://${address}:${httpsPort}`,
    tlsPort: httpsPort,
    certificate,
  };
}
