import type { Conversation, RequestHandler } from "../../session/served-connection.js";
import {
  type AttachRequest,
  readAttachRequest,
  readOpenRequest,
  readPosition,
  readShellId,
  readSize,
  type ShellExit,
} from "../../session/shell/shell-message.js";
import type { ShellSession } from "../../session/shell/shell-session.js";
import type { ShellViewer } from "../../session/shell/shell-viewer.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { CallerFacts, ServedService } from "../served-service.js";
import { OpenShells, type OpenShellsOptions } from "./open-shells.js";

export interface ShellServiceOptions extends OpenShellsOptions {
  /** Whether the server lets callers run anything; a list of programs is not enough for a shell. */
  readonly allowed: boolean;
}

/** Shells in terminals, which stay when a connection is lost. */
export function shellService(options: ShellServiceOptions): ServedService {
  const shells = new OpenShells(options);
  return {
    offers: options.allowed ? ["shell"] : [],
    requests: (caller) => {
      const guarded = (handle: (request: Message, talk: Conversation) => Promise<void>): RequestHandler => ({
        right: "run",
        endsConnection: false,
        handle: async (request, talk) => {
          if (!options.allowed)
            throw new SampanError(
              "E_RIGHTS",
              "this server runs certain programs only: a shell needs --allow-run without a list",
            );
          await handle(request, talk);
        },
      });
      return new Map<string, RequestHandler>([
        ["shell", guarded((request, talk) => open(shells, caller, request, talk))],
        [
          "shell-attach",
          guarded((request, talk) => attach(shells, options, caller, readAttachRequest(request.header), talk)),
        ],
        ["shells", guarded((_request, talk) => list(shells, talk))],
        ["shell-end", guarded((request, talk) => end(shells, options, caller, request, talk))],
      ]);
    },
    close: () => shells.close(),
  };
}

async function open(shells: OpenShells, caller: CallerFacts, request: Message, talk: Conversation): Promise<void> {
  const wanted = readOpenRequest(request.header);
  const { columns, rows, key, command } = wanted;
  let closed = false;
  talk.onClose = () => {
    closed = true;
  };
  const { session, isNew } = await shells.open(wanted, { address: caller.address, holder: talk.holder });
  if (isNew) caller.tell({ event: "shell-begin", address: caller.address, shell: session.id, command });
  // A client that is gone already comes back with the same key.
  if (closed) return;
  await follow(
    session,
    caller,
    { shell: session.id, key, columns, rows, readOnly: false, received: 0, again: false },
    talk,
  );
}

async function attach(
  shells: OpenShells,
  { audit }: ShellServiceOptions,
  caller: CallerFacts,
  request: AttachRequest,
  talk: Conversation,
): Promise<void> {
  const session = shells.find(request.shell);
  const { readOnly } = request;
  if (!request.again) {
    const { address } = caller;
    audit.write({ event: "shell-attach", id: session.id, address, holder: talk.holder, readOnly });
    caller.tell({ event: "shell-attach", address, shell: session.id, readOnly });
  }
  await follow(session, caller, request, talk);
}

/** One client's time with a shell, until it says that it has left, or its connection is lost. */
async function follow(
  session: ShellSession,
  caller: CallerFacts,
  request: AttachRequest,
  talk: Conversation,
): Promise<void> {
  const { channel } = talk;
  const viewer = session.attach(channel, request);
  const left = new Promise<"detached" | "lost">((resolve) => {
    talk.onMessage = (message) => {
      if (message.header.kind === "shell-detach") resolve("detached");
      else if (viewer) take(session, viewer, message);
    };
    talk.onClose = () => resolve("lost");
  });
  void left.then(() => viewer && session.leave(viewer));
  if (viewer) {
    const { columns, rows } = session.size;
    const input = session.accepted(request.key);
    const { keepMs } = session;
    channel.send({ kind: "shell-ready", shell: session.id, input, columns, rows, keepMs });
    session.begin(viewer);
  }
  const over = await (viewer?.over ?? { why: "taken-over" as const, exit: undefined });
  // What the client has sent before it knows is of no more use; it says when it has stopped.
  if (over.why !== "detached") channel.send({ kind: "shell-over", why: over.why, ...endFields(over.exit) });
  const how = await left;
  if (over.why !== "exited") {
    const why = over.why === "detached" ? how : over.why;
    caller.tell({ event: "shell-detach", address: caller.address, shell: session.id, why });
  }
  channel.send({ kind: "end" });
}

function endFields(exit: ShellExit | undefined): { readonly [field: string]: number } {
  if (exit === undefined) return {};
  return exit.signal === undefined ? { status: exit.status } : { status: exit.status, signal: exit.signal };
}

function take(session: ShellSession, viewer: ShellViewer, { header, body }: Message): void {
  switch (header.kind) {
    case "shell-input":
      return session.input(viewer, readPosition(header), body);
    case "shell-seen":
      return session.seen(viewer, readPosition(header));
    case "shell-size":
      if (session.isWriter(viewer)) session.resize(readSize(header));
      return;
    default:
      throw new SampanError("E_PROTOCOL", `"${header.kind.slice(0, 40)}" does not belong into a shell`);
  }
}

async function list(shells: OpenShells, { channel }: Conversation): Promise<void> {
  const running = shells.running.map((session) => session.listed());
  channel.send({ kind: "end", shells: running });
}

async function end(
  shells: OpenShells,
  { audit }: ShellServiceOptions,
  { address, tell }: CallerFacts,
  request: Message,
  talk: Conversation,
): Promise<void> {
  const session = shells.find(readShellId(request.header));
  audit.write({ event: "shell-kill", id: session.id, address, holder: talk.holder });
  tell({ event: "shell-kill", address, shell: session.id });
  session.end();
  talk.channel.send({ kind: "end" });
}
