/** The protocols of the classic socket tutorials, each as both ends; docs/classic.md says what each puts on the wire. */
export const protocolNames = [
  "upper",
  "upper-once",
  "ack",
  "frames",
  "download",
  "upload",
  "shell",
  "shell-plain",
  "shell-ready",
  "udp-upper",
  "udp-hi",
  "udp-time",
] as const;

export type ProtocolName = (typeof protocolNames)[number];
