import { errorCodeOf } from "../wire/error-code.js";
import type { JsonObject } from "../wire/field.js";
import { maxShortTextLength } from "../wire/limits.js";
import type { Header } from "../wire/message.js";
import { SampanError } from "../wire/sampan-error.js";

/*
 * {"kind":"error","error":17,"code":"E_NOT_FOUND","message":"…","path":"a/b"}
 *
 * The number decides, the name is for readers. Stacks and local paths never travel: E_BUG keeps its message at home.
 */

export function errorHeader(error: SampanError): Header {
  return { kind: "error", ...errorFields(error) };
}

export function errorFields(error: SampanError): JsonObject {
  const message = error.code === "E_BUG" ? "something went wrong inside the peer" : error.message;
  const fields = { error: error.wireNumber, code: error.code, message: message.slice(0, maxShortTextLength) };
  return error.path === undefined ? fields : { ...fields, path: error.path.slice(0, maxShortTextLength) };
}

/** The error that a peer told of. Its texts are the peer's: escape them before printing. */
export function errorOf(fields: JsonObject): SampanError {
  const message = typeof fields.message === "string" ? fields.message.slice(0, maxShortTextLength) : "no reason given";
  const path = typeof fields.path === "string" ? fields.path.slice(0, maxShortTextLength) : undefined;
  return new SampanError(errorCodeOf(fields.error), message, {
    origin: "remote",
    ...(path === undefined ? {} : { path }),
  });
}
