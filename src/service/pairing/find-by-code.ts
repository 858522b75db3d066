import { SampanError } from "../../wire/sampan-error.js";
import { discover } from "../discovery/discover.js";
import { parsePairCode } from "./pair-code.js";
import { type Paired, pairWith } from "./pair-with.js";

const defaultForMs = 10_000;

/**
 * Finds the server on this network that shows a code, and gets its link. E_NOT_FOUND if nobody shows it, then as
 * `pairWith`.
 */
export async function pairByCode(
  code: string,
  { forMs = defaultForMs, signal }: { readonly forMs?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<Paired> {
  const nameplate = String(parsePairCode(code).nameplate);
  let lastError: SampanError | undefined;
  for await (const server of discover({ forMs, ...(signal ? { signal } : {}) })) {
    if (server.nameplate !== nameplate) continue;
    for (const host of server.addresses) {
      try {
        return await pairWith({ host, port: server.port, code, signal });
      } catch (thrown) {
        // A server has addresses that are of no use from here; any other answer is its own.
        if (!(thrown instanceof SampanError) || thrown.code !== "E_CONNECT") throw thrown;
        lastError = thrown;
      }
    }
  }
  if (signal?.aborted) throw new SampanError("E_INTERRUPTED", "interrupted while looking for the code");
  if (lastError) throw lastError;
  throw new SampanError(
    "E_NOT_FOUND",
    "nobody on this network shows that code: look whether it is still open there, or say where it is, as HOST:PORT",
  );
}
