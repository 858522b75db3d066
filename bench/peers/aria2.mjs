// Eight connections to one server, as fresh as -x8 allows; no room set aside, so that what has arrived can be counted.
const flags = ["--no-conf", "-q", "-x8", "-s8", "-k1M", "--file-allocation=none", "--allow-overwrite=true"];

export const aria2 = {
  name: "aria2c -x8, nginx http",
  server: "nginx",
  needs: ["aria2c"],
  bigFile: {
    get: (nginx, place, what) => ({
      file: "aria2c",
      args: [...flags, "-d", place.target, "-o", what, `${nginx.http}/source/${what}`],
    }),
  },
};
