import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Server, ServerEvent } from "../../src/service/api.js";
import { serve } from "../../src/service/serve.js";

export interface ServedFolder {
  readonly server: Server;
  /** The link to the server with every right. */
  readonly link: string;
  /** What is served. */
  readonly folder: string;
  /** A folder beside it, for what is fetched and sent. */
  readonly here: string;
  readonly events: readonly ServerEvent[];
  /** Resolves when so many transfers have ended. */
  transfersEnded(count: number): Promise<readonly TransferEnd[]>;
}

export type TransferEnd = Extract<ServerEvent, { event: "transfer-end" }>;

/** Serves an empty folder on a free port of this machine while `work` runs; leaves nothing behind. */
export async function withServedFolder(work: (served: ServedFolder) => Promise<void>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-examples-"));
  const [folder, here] = [join(scratch, "served"), join(scratch, "here")];
  for (const made of [folder, here]) mkdirSync(made);
  const events: ServerEvent[] = [];
  const told = new EventEmitter();
  const server = await serve({
    folder,
    host: "127.0.0.1",
    port: 0,
    configFolder: join(scratch, "config"),
    onEvent: (event) => {
      events.push(event);
      told.emit("event");
    },
  });
  const transfersEnded = async (count: number) => {
    for (;;) {
      const ends = events.filter((event) => event.event === "transfer-end");
      if (ends.length >= count) return ends;
      await once(told, "event");
    }
  };
  try {
    await work({ server, link: server.link as string, folder, here, events, transfersEnded });
  } finally {
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
