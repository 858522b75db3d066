import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Peer, ServeOptions, Server, ServerEvent } from "../../../src/service/api.js";
import { connect } from "../../../src/service/connect.js";
import { serve } from "../../../src/service/serve.js";
import type { Shell } from "../../../src/service/shell/shell-api.js";

export interface ShellScene {
  readonly folder: string;
  readonly server: Server;
  readonly peer: Peer;
  readonly events: ServerEvent[];
}

/** A server in this process that gives shells, and somebody who may have them. */
export async function shellScene(t: TestContext, options: Partial<ServeOptions> = {}): Promise<ShellScene> {
  const root = mkdtempSync(join(tmpdir(), "sampan-test-shell-"));
  const folder = join(root, "served");
  mkdirSync(folder);
  const events: ServerEvent[] = [];
  const server = await serve({
    folder,
    host: "127.0.0.1",
    port: 0,
    udp: false,
    configFolder: join(root, "config"),
    allowRun: true,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const peer = await connect(server.runLink as string);
  t.after(async () => {
    await peer.close();
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { folder, server, peer, events };
}

/** What a shell prints, kept, and waited for. */
export class Printed {
  text = "";
  bytes = 0;
  readonly #shell: Shell;
  readonly #waiters = new Set<() => void>();

  constructor(shell: Shell) {
    this.#shell = shell;
    shell.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("latin1");
      this.bytes += chunk.length;
      for (const waiter of this.#waiters) waiter();
    });
    shell.once("end", () => {
      for (const waiter of this.#waiters) waiter();
    });
  }

  get utf8(): string {
    return Buffer.from(this.text, "latin1").toString("utf8");
  }

  /** Resolves when the text, as UTF-8, matches; an error that shows it when it never will. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.utf8);
        if (found) resolve(found);
        else if (this.#shell.readableEnded)
          reject(new Error(`no ${pattern} in ${JSON.stringify(this.utf8.slice(-2000))}`));
        else return;
        this.#waiters.delete(look);
      };
      this.#waiters.add(look);
      look();
    });
  }
}
