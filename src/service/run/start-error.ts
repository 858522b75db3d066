import { SampanError } from "../../wire/sampan-error.js";
import type { Launch } from "./launch.js";

/** Why a command could not be started, by what the system says. */
export function startError(error: NodeJS.ErrnoException, { shown }: Launch): SampanError {
  const name = shown.slice(0, 200);
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return new SampanError("E_NO_PROGRAM", `the other machine has no program "${name}"`, { cause: error });
    case "EAGAIN":
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return new SampanError("E_BUSY", `the other machine cannot start another process now (${error.code})`, {
        cause: error,
      });
    default:
      return new SampanError("E_CANNOT_RUN", `the other machine cannot run "${name}" (${error.code ?? "unknown"})`, {
        cause: error,
      });
  }
}
