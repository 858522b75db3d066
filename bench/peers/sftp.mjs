import { writeFileSync } from "node:fs";
import { join } from "node:path";

function command(sshd, place, order) {
  const batch = join(place.work, "sftp-batch");
  writeFileSync(batch, `${order}\n`);
  return { file: "sftp", args: ["-q", "-b", batch, ...sshd.clientArgs, sshd.host] };
}

const get = (flags) => (sshd, place, what) =>
  command(sshd, place, `get ${flags} ${place.source}/${what} ${place.target}/${what}`);
const put = (flags) => (sshd, place, what) =>
  command(sshd, place, `put ${flags} ${place.source}/${what} ${place.target}/${what}`);

export const sftp = {
  name: "sftp",
  server: "sshd",
  needs: ["sftp"],
  bigFile: { get: get(""), put: put("") },
  smallFiles: { get: get("-r"), put: put("-r") },
};
