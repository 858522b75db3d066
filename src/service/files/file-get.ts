import { createHash } from "node:crypto";
import path from "node:path";
import type { Writable } from "node:stream";
import { placeSources } from "../../session/files/placement.js";
import { ReceiveFiles } from "../../session/files/receive-files.js";
import type { PeerConnection } from "../../session/peer-connection.js";
import type { DigestAlgorithm, TargetTree } from "../../session/ports.js";
import {
  isOwnLocalDestination,
  lookAtLocalTarget,
  openLocalTarget,
  openLocalTargetToLook,
} from "../../store/local-tree.js";
import { streamTarget } from "../../store/stream-target.js";
import { systemClock } from "../../transport/system-clock.js";
import { baseWireName, normalizeWirePath } from "../../wire/wire-path.js";
import type { TransferOptions } from "./transfer-event.js";
import type { TransferPlan } from "./transfer-run.js";

type Connect = TransferPlan["connect"];

/** Fetches remote paths to a local place or stream. `from` names the server, for recognising the same transfer again. */
export function planGet(
  connect: Connect,
  from: string,
  remotePaths: readonly string[],
  to: string | Writable,
  options: TransferOptions,
): TransferPlan {
  return {
    connect,
    onlyOnce: typeof to !== "string",
    async begin(connection: PeerConnection, onEvent) {
      const { digest } = connection.welcome;
      const { target, places } =
        typeof to === "string" ? openPlaces(from, remotePaths, to, options, digest) : openStream(to);
      const half = new ReceiveFiles({
        channel: connection.channel,
        clock: systemClock,
        digest,
        target,
        places,
        existing: options.existing ?? "overwrite",
        checksum: options.checksum ?? false,
        dryRun: options.dryRun ?? false,
        removeOthers: options.delete ?? false,
        filter: options.filter ?? [],
        onEvent,
      });
      const request = { kind: "get", paths: remotePaths, filter: options.filter ?? [], ...rate(options) };
      return { request, half };
    },
  };
}

function rate({ bytesPerSecond }: TransferOptions): { rate?: number } {
  return bytesPerSecond === undefined ? {} : { rate: Math.max(1, Math.round(bytesPerSecond)) };
}

function openStream(to: Writable): { target: TargetTree; places: string[] } {
  return { target: streamTarget(to), places: [""] };
}

function openPlaces(
  from: string,
  remotePaths: readonly string[],
  to: string,
  options: TransferOptions,
  digest: DigestAlgorithm,
): { target: TargetTree; places: string[] } {
  const sources = remotePaths.map((typed) => {
    const wirePath = normalizeWirePath(typed);
    const name = baseWireName(wirePath);
    return { wirePath, name, contents: typed.endsWith("/") || name === "" };
  });
  const absolute = path.resolve(to);
  // The same however it was written.
  const what = sources.map(({ wirePath, contents }) => (contents ? `${wirePath}/` : wirePath));
  const transfer = createHash("sha256")
    .update(JSON.stringify([from, what, absolute]))
    .digest("hex");
  const there = lookAtLocalTarget(to);
  const isNew = there === undefined || (there.isDirectory() && isOwnLocalDestination(absolute, transfer));
  const is = isNew ? "nothing" : there.isDirectory() ? "folder" : "file";
  const trailingSlash = /[/\\]$/.test(to) && (to.endsWith("/") || process.platform === "win32");
  const intoFolder = is === "folder" || trailingSlash || sources.some(({ contents }) => contents);
  const folder = intoFolder ? absolute : path.dirname(absolute);
  const newName = intoFolder ? undefined : path.basename(absolute);
  const destination = {
    path: newName ?? "",
    trailingSlash,
    is: intoFolder ? "folder" : is,
  } as const;
  const places = placeSources(destination, sources);
  const { anyLinks = false, sync = true, dryRun = false } = options;
  const open = dryRun ? openLocalTargetToLook : openLocalTarget;
  const newDestination = isNew ? newName : undefined;
  const target = open(folder, {
    transfer,
    make: true,
    newDestination,
    anyLinks,
    linksWithin: newName,
    sync,
    digest,
  });
  return { target, places };
}
