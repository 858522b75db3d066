const get = (sshd, place, what, ...flags) => ({
  file: "scp",
  args: [...flags, ...sshd.clientArgs, `${sshd.host}:${place.source}/${what}`, `${place.target}/`],
});
const put = (sshd, place, what, ...flags) => ({
  file: "scp",
  args: [...flags, ...sshd.clientArgs, `${place.source}/${what}`, `${sshd.host}:${place.target}/`],
});

export const scp = {
  name: "scp",
  server: "sshd",
  needs: ["scp"],
  bigFile: { get, put },
  smallFiles: {
    get: (...where) => get(...where, "-r"),
    put: (...where) => put(...where, "-r"),
  },
};
