import type { Right } from "../session/hello.js";
import { SampanError } from "../wire/sampan-error.js";

/** E_RIGHTS unless `right` is among `rights`. */
export function needRight(rights: ReadonlySet<Right>, right: Right): void {
  if (rights.has(right)) return;
  const message =
    right === "write" ? "this link only allows reading: ask for the other link" : "this link does not allow reading";
  throw new SampanError("E_RIGHTS", message);
}
