import { readFileSync } from "node:fs";
import { SampanError } from "../wire/sampan-error.js";

/** --cert and --key, as commander gives them. */
export interface PemFlags {
  readonly cert?: string;
  readonly key?: string;
}

/** The certificate and key that the flags name; undefined without them. E_USAGE for one alone, E_NOT_FOUND, E_LOCAL_FILE. */
export function readPemFlags({ cert, key }: PemFlags): { cert: string; key: string } | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new SampanError("E_USAGE", "--cert and --key go together");
  return { cert: readPem(cert), key: readPem(key) };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new SampanError(code === "ENOENT" ? "E_NOT_FOUND" : "E_LOCAL_FILE", `cannot read ${path} (${code})`, {
      path,
      cause,
    });
  }
}
