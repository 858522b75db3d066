import type { SampanError } from "../wire/sampan-error.js";

/** Whether a new connection can cure it, so that what lives through lost connections tries again. */
export function isConnectionTrouble({ code }: SampanError): boolean {
  switch (code) {
    case "E_CONNECT":
    case "E_CONNECTION_LOST":
    case "E_SILENT":
    case "E_TOO_SLOW":
    case "E_BUSY":
      return true;
    default:
      return false;
  }
}
