import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { certificateFingerprint } from "../transport/dial.js";
import { SampanError } from "../wire/sampan-error.js";
import { makeConfigFolder, writePrivateFile } from "./config-folder.js";

/** A server's certificate and key (PEM), and the fingerprint by which links know it. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
}

const years = 100;

/** The user's own certificate, made at first use. It never expires in practice: the fingerprint is what counts. */
export async function loadIdentity(folder: string): Promise<Identity> {
  const place = path.join(folder, "identity");
  return readIdentity(place) ?? (await makeIdentity(folder, place));
}

function readIdentity(place: string): Identity | undefined {
  const [certFile, keyFile] = [path.join(place, "certificate.pem"), path.join(place, "key.pem")];
  if (!fs.existsSync(certFile) || !fs.existsSync(keyFile)) return undefined;
  return identityOf(fs.readFileSync(certFile, "utf8"), fs.readFileSync(keyFile, "utf8"));
}

async function makeIdentity(folder: string, place: string): Promise<Identity> {
  makeConfigFolder(folder);
  // The package is CommonJS: only its default export is the same in a bundle and outside of one.
  const { generate } = (await import("selfsigned")).default;
  const notAfterDate = new Date(Date.now() + years * 365 * 86_400_000);
  const made = await generate([{ name: "commonName", value: "sampan" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate,
  });
  // Servers that start at the same moment must agree on one: both files come into their place together, or not at all.
  const temporary = path.join(folder, `identity.${process.pid}.${randomBytes(4).toString("hex")}.tmp`);
  writePrivateFile(path.join(temporary, "key.pem"), made.private);
  writePrivateFile(path.join(temporary, "certificate.pem"), made.cert);
  try {
    fs.renameSync(temporary, place);
  } catch (thrown) {
    fs.rmSync(temporary, { recursive: true, force: true });
    // Another one was first.
    const theirs = readIdentity(place);
    if (theirs) return theirs;
    throw new SampanError("E_LOCAL_FILE", `${place} is damaged: remove it, and hand out new links`, { cause: thrown });
  }
  return identityOf(made.cert, made.private);
}

/** A certificate that the user brings along. E_USAGE if the two do not belong together. */
export function identityOf(cert: string, key: string): Identity {
  const certificate = parsed("the certificate is not a PEM certificate", () => new X509Certificate(cert));
  const secret = parsed("the key is not a PEM key without a password", () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(secret)) {
    throw new SampanError("E_USAGE", "the key is not the one of the certificate: give the two that were made together");
  }
  return { cert, key, fingerprint: certificateFingerprint(certificate.raw) };
}

function parsed<Result>(otherwise: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw new SampanError("E_USAGE", otherwise, { cause });
  }
}
