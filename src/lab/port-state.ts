import { readFileSync } from "node:fs";

/** States as the kernel numbers them (Linux, include/net/tcp_states.h). */
const stateNames: Readonly<Record<string, string>> = {
  "01": "ESTABLISHED",
  "02": "SYN_SENT",
  "03": "SYN_RECV",
  "04": "FIN_WAIT1",
  "05": "FIN_WAIT2",
  "06": "TIME_WAIT",
  "07": "CLOSE",
  "08": "CLOSE_WAIT",
  "09": "LAST_ACK",
  "0A": "LISTEN",
  "0B": "CLOSING",
};

/*
 * /proc/net/tcp, a line a socket:
 *
 *     sl  local_address rem_address   st …
 *      0: 0100007F:1F90 0100007F:B6B6 06 …        127.0.0.1:8080, in TIME_WAIT
 */

/** The states of the IPv4 sockets whose own port this is; undefined where the kernel does not tell. */
export function statesOfPort(port: number): string[] | undefined {
  try {
    return statesIn(readFileSync("/proc/net/tcp", "utf8"), port);
  } catch {
    return undefined;
  }
}

export function statesIn(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = ""]) => local.split(":")[1] === wanted)
    .map(([, , , state = ""]) => stateNames[state] ?? state);
}
