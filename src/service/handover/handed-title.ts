import type { Handed } from "./handover-service.js";

/** What is handed over in a word or two, without telling names to the whole network. */
export function countOfNames(handed: Handed): string {
  if ("text" in handed) return "a text";
  return handed.names.length === 1 ? "one thing" : `${handed.names.length} things`;
}
