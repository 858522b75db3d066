export const cp = {
  name: "cp",
  server: undefined,
  needs: ["cp"],
  bigFile: { local: (_, place, what) => ({ file: "cp", args: [`${place.source}/${what}`, `${place.target}/`] }) },
  smallFiles: {
    local: (_, place, what) => ({ file: "cp", args: ["-r", `${place.source}/${what}`, `${place.target}/`] }),
  },
};
