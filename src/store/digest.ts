import { createHash } from "node:crypto";
import type { DigestAlgorithm } from "../session/ports.js";

/** The digest algorithm `name`. BLAKE3 comes from native code, or from WebAssembly where that cannot be loaded. */
export async function loadDigest(name: DigestAlgorithm["name"]): Promise<DigestAlgorithm> {
  return name === "sha256" ? sha256 : ((await nativeBlake3()) ?? (await portableBlake3()));
}

const sha256: DigestAlgorithm = {
  name: "sha256",
  hash: (bytes) => createHash("sha256").update(bytes).digest(),
};

async function nativeBlake3(): Promise<DigestAlgorithm | undefined> {
  try {
    const { blake3 } = await import("@napi-rs/blake-hash");
    return { name: "blake3", hash: blake3 };
  } catch {
    return undefined;
  }
}

/** For tests, too: it must give what the native one gives. */
export async function portableBlake3(): Promise<DigestAlgorithm> {
  const { createBLAKE3 } = await import("hash-wasm");
  const hasher = await createBLAKE3();
  return { name: "blake3", hash: (bytes) => hasher.init().update(bytes).digest("binary") };
}
