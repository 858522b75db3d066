import { createHash } from "node:crypto";
import net, { type Socket } from "node:net";
import type { Duplex } from "node:stream";
import tls, { type TLSSocket } from "node:tls";
import type { Link } from "../session/ports.js";
import { SampanError } from "../wire/sampan-error.js";
import { dialError } from "./socket-error.js";
import { SocketLink } from "./socket-link.js";
import { type StaticReader, scratchBytes } from "./static-read.js";
import { sampanProtocol, tlsSettings } from "./tls-settings.js";

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  readonly unixPath?: string | undefined;
  /**
   * SHA-256 of the server's certificate, base64url; undefined for an unsealed connection. A function is told the one that
   * the server shows, and takes any: only for what finds out by itself who is there.
   */
  readonly fingerprint?: string | ((found: string) => void) | undefined;
  /** A stream that leads there already, to be sealed. */
  readonly over?: Duplex | undefined;
}

export interface DialOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Connects; over TLS 1.3 and only to the certificate with the fingerprint, if there is one. */
export function dial(target: DialTarget, options: DialOptions): Promise<SocketLink> {
  const where = placeText(target);
  return new Promise<SocketLink>((resolve, reject) => {
    let link: SocketLink | undefined;
    // Before the link stands nothing is read but, at most, what comes along with the end of the handshake.
    const scratch = Buffer.allocUnsafeSlow(scratchBytes);
    const onread: StaticReader = {
      buffer: () => link?.reader.buffer() ?? scratch,
      callback: (count, buffer) => link?.reader.callback(count, buffer) ?? true,
    };
    const socket = target.fingerprint === undefined ? dialPlain(target, onread) : dialSealed(target, onread);
    const fail = (thrown: unknown) => {
      clean();
      socket.on("error", () => {});
      socket.destroy();
      reject(dialError(thrown, where));
    };
    const timedOut = () => {
      const seconds = Math.round(options.timeoutMs / 1000);
      fail(new SampanError("E_CONNECT", `cannot connect to ${where}: no answer within ${seconds} s`));
    };
    const aborted = () => fail(new SampanError("E_INTERRUPTED", "interrupted while connecting"));
    const timer = setTimeout(timedOut, options.timeoutMs);
    const closed = () => fail(new Error("the connection was closed at once"));
    const clean = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", aborted);
      socket.off("error", fail);
      socket.off("close", closed);
    };
    socket.once("error", fail);
    socket.once("close", closed);
    let packetMs = performance.now();
    let roundTripMs: number | undefined;
    socket.once("lookup", () => {
      packetMs = performance.now();
    });
    socket.once("connect", () => {
      if (!target.over) roundTripMs = performance.now() - packetMs;
    });
    options.signal?.addEventListener("abort", aborted, { once: true });
    if (options.signal?.aborted) return aborted();
    socket.once(target.fingerprint === undefined ? "connect" : "secureConnect", () => {
      const wrong = target.fingerprint && checkServer(socket as TLSSocket, target.fingerprint, where);
      if (wrong) return fail(wrong);
      clean();
      link = new SocketLink(socket, roundTripMs);
      if (target.over) link.startReading();
      resolve(link);
    });
  });
}

/** Connects to a server whose certificate is not known yet, and tells its fingerprint. */
export async function dialUnknown(
  { host, port }: { readonly host: string; readonly port: number },
  options: DialOptions,
): Promise<{ link: Link; fingerprint: string }> {
  let fingerprint = "";
  const learn = (found: string): void => {
    fingerprint = found;
  };
  const link = await dial({ host, port, fingerprint: learn }, options);
  return { link, fingerprint };
}

function dialPlain(target: DialTarget, onread: StaticReader): Socket {
  if (target.unixPath !== undefined) return net.connect({ path: target.unixPath, onread });
  return net.connect({ host: target.host, port: target.port, noDelay: true, onread });
}

function dialSealed(target: DialTarget, onread: StaticReader): TLSSocket {
  // tls.connect takes what net.connect takes, `onread` too; its types leave that out.
  const options: tls.ConnectionOptions & Pick<net.TcpNetConnectOpts, "onread"> = {
    ...tlsSettings,
    ...placeOf(target),
    ALPNProtocols: [sampanProtocol],
    // The certificate is not judged by who signed it but by its fingerprint, right after the handshake.
    rejectUnauthorized: false,
    onread,
  };
  return tls.connect(options);
}

function placeText({ host, port, unixPath, over }: DialTarget): string {
  if (over) return `${host}, UDP port ${port}`;
  return unixPath ?? `${host}:${port}`;
}

function placeOf({ host, port, unixPath, over }: DialTarget): tls.ConnectionOptions {
  if (over) return { socket: over };
  return unixPath === undefined ? { host, port } : { path: unixPath };
}

function checkServer(
  socket: TLSSocket,
  wanted: string | ((found: string) => void),
  where: string,
): SampanError | undefined {
  const raw = socket.getPeerX509Certificate()?.raw;
  const found = raw && certificateFingerprint(raw);
  if (typeof wanted === "function") wanted(found ?? "");
  else if (found !== wanted) {
    return new SampanError(
      "E_CERTIFICATE",
      `the server at ${where} is not the one in the link: its certificate is another. ` +
        "If it was set up anew, ask for its new link; if not, somebody stands between",
    );
  }
  if (socket.alpnProtocol !== sampanProtocol) {
    return new SampanError("E_PROTOCOL", `the server at ${where} does not speak ${sampanProtocol}`);
  }
  return undefined;
}

/** SHA-256 of a certificate's DER form, base64url: 43 characters. */
export function certificateFingerprint(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("base64url");
}
