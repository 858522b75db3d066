const get = (daemon, place, what) => ({
  file: "rsync",
  args: ["-aW", `${daemon.url}/source/${what}`, `${place.target}/`],
});
const put = (daemon, place, what) => ({
  file: "rsync",
  args: ["-aW", `${place.source}/${what}`, `${daemon.url}/target/`],
});

export const rsyncDaemon = {
  name: "rsync daemon",
  server: "rsync-daemon",
  needs: ["rsync"],
  bigFile: { get, put },
  smallFiles: { get, put },
};
