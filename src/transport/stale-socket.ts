import fs from "node:fs";
import net from "node:net";

/** A socket file outlives a server that was killed: one on which nobody answers is removed, lest it be in the way. */
export async function removeStaleSocket(path: string): Promise<void> {
  if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const isStale = await new Promise<boolean>((resolve) => {
    const probe = net.connect({ path });
    probe
      .once("connect", () => resolve(false))
      .once("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED"));
    probe.once("connect", () => probe.destroy());
  });
  if (isStale) fs.rmSync(path, { force: true });
}
