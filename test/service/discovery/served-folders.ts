import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ServeOptions, Server } from "../../../src/service/api.js";
import { serve } from "../../../src/service/serve.js";

/** Real servers on free ports of this machine, one for each name, closed when the test ends. */
export async function serveFolders(
  t: TestContext,
  names: readonly string[],
  options: Partial<ServeOptions> = {},
): Promise<Server[]> {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-discovery-"));
  const servers: Server[] = [];
  t.after(async () => {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(scratch, { recursive: true, force: true });
  });
  for (const name of names) {
    const folder = join(scratch, name);
    mkdirSync(folder);
    const configFolder = join(scratch, "config");
    servers.push(await serve({ folder, host: "127.0.0.1", port: 0, configFolder, announced: true, ...options }));
  }
  return servers;
}
