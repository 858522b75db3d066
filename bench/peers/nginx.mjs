// -q: without the user's .curlrc. The server alone decides on TLS 1.3 with AES-128-GCM (see servers/nginx.mjs).
const curl = (place, url, what, ...args) => ({
  file: "curl",
  args: ["-q", "-sS", "--fail", "--noproxy", "*", ...args, "-o", `${place.target}/${what}`, `${url}/source/${what}`],
});

/** One flow that goes on: what arrives is printed, for somebody else to count. */
export const curlToStdout = (nginx, what) => ({
  file: "curl",
  args: ["-q", "-sS", "--fail", "--noproxy", "*", "-o", "-", `${nginx.http}/source/${what}`],
});

export const curlHttps = {
  name: "curl, nginx https",
  server: "nginx",
  needs: ["curl"],
  bigFile: { get: (nginx, place, what) => curl(place, nginx.https, what, "--cacert", nginx.certificate) },
};

export const curlHttp = {
  name: "curl, nginx http",
  server: "nginx",
  needs: ["curl"],
  bigFile: { get: (nginx, place, what) => curl(place, nginx.http, what) },
};
