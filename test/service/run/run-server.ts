import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peer, ServeOptions, ServerEvent } from "../../../src/service/api.js";
import { connect } from "../../../src/service/connect.js";
import { serve } from "../../../src/service/serve.js";

export interface RunServer {
  readonly peer: Peer;
  /** The link that allows commands. */
  readonly link: string;
  /** The link that does not. */
  readonly writeLink: string;
  /** What is served. */
  readonly folder: string;
  readonly configFolder: string;
  readonly events: readonly ServerEvent[];
  /** The first event that matches, past or to come. */
  event<Name extends ServerEvent["event"]>(
    name: Name,
    matches?: (event: Extract<ServerEvent, { event: Name }>) => boolean,
  ): Promise<Extract<ServerEvent, { event: Name }>>;
}

/** Serves an empty folder that runs commands, connects to it, and leaves nothing behind. */
export async function withRunServer(
  work: (server: RunServer) => Promise<void>,
  options: Partial<ServeOptions> = { allowRun: true },
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "sampan-test-run-"));
  const [folder, configFolder] = [join(scratch, "served"), join(scratch, "config")];
  mkdirSync(folder);
  const events: ServerEvent[] = [];
  const told = new EventEmitter();
  const server = await serve({
    folder,
    host: "127.0.0.1",
    port: 0,
    udp: false,
    configFolder,
    onEvent: (event) => {
      events.push(event);
      told.emit("event");
    },
    ...options,
  });
  const link = String(server.runLink ?? server.link);
  const peer = await connect(link);
  const event: RunServer["event"] = async (name, matches = () => true) => {
    for (;;) {
      const found = events.find((one) => one.event === name && matches(one as never));
      if (found) return found as never;
      await once(told, "event");
    }
  };
  try {
    await work({ peer, link, writeLink: server.link as string, folder, configFolder, events, event });
  } finally {
    await peer.close();
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The lines of a stream, one at a time. */
export async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  while (!text.includes("\n")) {
    const [chunk] = (await once(stream, "data")) as [Buffer];
    text += chunk.toString();
  }
  return text.slice(0, text.indexOf("\n"));
}
