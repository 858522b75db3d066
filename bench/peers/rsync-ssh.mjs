// Files as a whole (-W): nothing is at the destination that a difference could be made to.
const rsync = (sshd, from, to) => ({
  file: "rsync",
  args: ["-aW", "-e", ["ssh", ...sshd.clientArgs].join(" "), from, to],
});
const get = (sshd, place, what) => rsync(sshd, `${sshd.host}:${place.source}/${what}`, `${place.target}/`);
const put = (sshd, place, what) => rsync(sshd, `${place.source}/${what}`, `${sshd.host}:${place.target}/`);

export const rsyncSsh = {
  name: "rsync over ssh",
  server: "sshd",
  needs: ["rsync"],
  bigFile: { get, put },
  smallFiles: { get, put },
};
