import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answersOn, freePort, startDaemon } from "../daemon.mjs";
import { findProgram } from "../find-program.mjs";

export const needs = ["nginx", "openssl"];

export async function start(place) {
  const folder = join(place.work, "nginx");
  mkdirSync(folder);
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"].concat([
      "-subj",
      "/CN=127.0.0.1",
      "-addext",
      "subjectAltName=IP:127.0.0.1",
      "-keyout",
      key,
      "-out",
      certificate,
    ]),
    { stdio: "ignore" },
  );
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
    listen 127.0.0.1:${httpPort};
  }
  server {
    listen 127.0.0.1:${httpsPort} ssl;
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
    isReady: async () => (await answersOn(httpPort)) && (await answersOn(httpsPort)),
  });
  return {
    ...daemon,
    http: `http://127.0.0.1:${httpPort}`,
    https: `https://127.0.0.1:${httpsPort}`,
    tlsPort: httpsPort,
    certificate,
  };
}
