import os from "node:os";

/** Whether a server that listens on `host` is reached by every address of its machine. */
export function isEveryAddress(host: string): boolean {
  return host === "::" || host === "0.0.0.0";
}

/** The address to put in a link: the one listened on, or where that is every address, this machine's first on a network. */
export function reachableHost(host: string): string {
  if (!isEveryAddress(host)) return host;
  const addresses = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  return (outer.find(({ family }) => family === "IPv4") ?? outer[0])?.address ?? "127.0.0.1";
}
