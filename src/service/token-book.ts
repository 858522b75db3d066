import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Right } from "../wire/right.js";
import { SampanError } from "../wire/sampan-error.js";
import { writePrivateFile } from "./config-folder.js";
import { underConfigLock } from "./config-lock.js";

const tokenBytes = 18;

/** One token for each link that a server gives out. */
export interface FolderTokens {
  readonly write: string;
  readonly read: string;
  /** For commands and shells, and all that `write` allows, too. */
  readonly run: string;
  /** For the owner's own commands on this machine; never in a link that is shown. */
  readonly own: string;
}

/** The tokens of each served folder, kept so that its links stay good; a link to one folder never opens another. */
export function loadTokens(configFolder: string, servedFolder: string): FolderTokens {
  const file = path.join(configFolder, "tokens.json");
  const inBook = readBook(file)[servedFolder];
  if (inBook?.run && inBook.own) return inBook as FolderTokens;
  return underConfigLock(configFolder, "tokens", () => {
    const book = readBook(file);
    // A book of an earlier version lacks some; links to those it has stay good.
    const fresh = { write: randomToken(), read: randomToken(), run: randomToken(), own: randomToken() };
    const tokens = { ...fresh, ...book[servedFolder] };
    writePrivateFile(file, `${JSON.stringify({ ...book, [servedFolder]: tokens }, null, 2)}\n`);
    return tokens;
  });
}

/** The tokens of a folder that is being served already. E_NOT_FOUND if there are none. */
export function readTokens(configFolder: string, servedFolder: string): FolderTokens {
  const known = readBook(path.join(configFolder, "tokens.json"))[servedFolder];
  if (known?.run && known.own) return known as FolderTokens;
  throw new SampanError("E_NOT_FOUND", `there are no tokens for ${servedFolder}`);
}

function readBook(file: string): Record<string, Partial<FolderTokens>> {
  if (!fs.existsSync(file)) return {};
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (cause) {
    throw new SampanError("E_LOCAL_FILE", `${file} is damaged: mend it, or remove it and hand out new links`, {
      cause,
    });
  }
}

function randomToken(): string {
  return randomBytes(tokenBytes).toString("base64url");
}

/** Knows tokens by their hashes, compared in constant time. */
export class TokenCheck {
  readonly #known: { readonly hash: Buffer; readonly holder: string; readonly rights: ReadonlySet<Right> }[] = [];

  allow(token: string, rights: readonly Right[]): void {
    const hash = hashOf(token);
    this.#known.push({ hash, holder: hash.toString("hex").slice(0, 16), rights: new Set(rights) });
  }

  find(token: string): { holder: string; rights: ReadonlySet<Right> } | undefined {
    const hash = hashOf(token);
    let found: { holder: string; rights: ReadonlySet<Right> } | undefined;
    for (const one of this.#known) if (timingSafeEqual(one.hash, hash)) found = one;
    return found;
  }
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
