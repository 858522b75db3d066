import { createHash } from "node:crypto";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { SendFiles } from "../../session/files/send-files.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import type { SourceTree } from "../../session/ports.js";
import { openLocalSource } from "../../store/local-tree.js";
import { streamSource } from "../../store/stream-source.js";
import { systemClock } from "../../transport/system-clock.js";
import { SampanError } from "../../wire/sampan-error.js";
import { normalizeWirePath } from "../../wire/wire-path.js";
import type { TransferOptions } from "./transfer-event.js";
import type { TransferPlan } from "./transfer-run.js";

type Connect = TransferPlan["connect"];

/** Sends local paths, or one stream, to a remote place. */
export function planPut(
  connect: Connect,
  localPaths: readonly string[] | Readable,
  to: string,
  options: TransferOptions,
): TransferPlan {
  const isStream = !isPaths(localPaths);
  if (isStream && (to === "" || to.endsWith("/"))) {
    throw new SampanError("E_USAGE", "what comes from a stream needs a name: end the destination with one");
  }
  // What is not there is said before anything is dialled.
  const open = () => (isStream ? [streamSource(localPaths)] : openSources(localPaths));
  let sources: readonly SourceTree[] | undefined = open();
  return {
    connect,
    onlyOnce: isStream,
    async begin(connection: PeerConnection, onEvent, signal) {
      const half = new SendFiles({
        channel: connection.channel,
        clock: systemClock,
        digest: connection.welcome.digest,
        sources: sources ?? open(),
        names: isStream
          ? ["-"]
          : localPaths.map((one) => nameSource(one)).map(({ name, contents }) => (contents ? "" : name)),
        filter: options.filter ?? [],
        bytesPerSecond: options.bytesPerSecond,
        tellRemoved: options.delete,
        signal,
        onEvent,
      });
      sources = undefined;
      const request = {
        kind: "put",
        to,
        sources: isStream ? [{ name: "stream" }] : localPaths.map(nameSource),
        name: transferName(isStream ? [`stream ${Math.random()}`] : localPaths, to),
        existing: options.existing ?? "overwrite",
        checksum: options.checksum ?? false,
        dryRun: options.dryRun ?? false,
        delete: options.delete ?? false,
        tellRemoved: options.delete ?? false,
        // The sender leaves out by it, and the receiver does not remove what was left out.
        filter: options.delete ? (options.filter ?? []) : [],
        sync: options.sync ?? true,
      };
      return { request, half };
    },
    close() {
      for (const source of sources ?? []) source.close();
    },
  };
}

function openSources(paths: readonly string[]): SourceTree[] {
  const sources: SourceTree[] = [];
  try {
    for (const one of paths) sources.push(openLocalSource(one));
    return sources;
  } catch (thrown) {
    for (const source of sources) source.close();
    throw thrown;
  }
}

function isPaths(value: readonly string[] | Readable): value is readonly string[] {
  return Array.isArray(value);
}

function nameSource(typed: string): { name: string; contents: boolean } {
  return {
    name: path.basename(path.resolve(typed)),
    contents: /[/\\]$/.test(typed) && (typed.endsWith("/") || path.sep === "\\"),
  };
}

/** The same for the same command again, however its paths are written, so that the server finds what the last run left. */
function transferName(localPaths: readonly string[], to: string): string {
  const sources = localPaths.map((one) => [path.resolve(one), nameSource(one).contents]);
  return createHash("sha256")
    .update(JSON.stringify([os.hostname(), sources, normalizeWirePath(to), to.endsWith("/")]))
    .digest("hex");
}
