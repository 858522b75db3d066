import type { SampanError } from "../wire/sampan-error.js";
import { printable } from "../wire/wire-path.js";
import type { JsonEvent } from "./json-event.js";

/** What is said when --udp was asked for and UDP does not pass. */
export function udpFailedLine(error: SampanError): string {
  return `sampan: not by UDP: ${printable(error.message)}; going on by TCP`;
}

export function udpFailedEvent({ code, message }: SampanError): JsonEvent {
  return { event: "udp-failed", code, message };
}
