import type { RequestHandler } from "../../session/served-connection.js";
import { maxJsonBodyBytes } from "../../wire/limits.js";
import type { ServedService } from "../served-service.js";

/*
 *   C→S  handover      {}
 *   S→C  handover-text + body        if a text is handed over, which is all there is
 *        end           {names}       what is to be fetched from the root
 */

/** What is handed over. */
export type Handed = { readonly text: Uint8Array } | { readonly names: readonly string[] };

/** The longest text; anything longer is a file. */
export const maxTextBytes = maxJsonBodyBytes;

/** Tells what there is to be fetched. */
export function handoverService(handed: Handed, onText: () => void): ServedService {
  const handler: RequestHandler = {
    right: "read",
    endsConnection: false,
    async handle(_request, { channel }) {
      if ("text" in handed) {
        channel.send({ kind: "handover-text" }, handed.text);
        channel.send({ kind: "end", names: [] });
        onText();
      } else channel.send({ kind: "end", names: handed.names });
    },
  };
  return {
    offers: ["hand-over"],
    requests: () => new Map<string, RequestHandler>([["handover", handler]]),
    close: async () => {},
  };
}
