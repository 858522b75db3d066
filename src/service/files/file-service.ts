import type { Store } from "../../session/ports.js";
import { systemClock } from "../../transport/system-clock.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { CallerFacts, ServedService } from "../served-service.js";
import { fileRequests } from "./file-requests.js";
import { fileTransfers, type TransferTold } from "./file-transfers.js";
import { RunningTransfers } from "./running-transfers.js";

/** The service that lists, sends, receives and changes the files of a store. */
export function fileService(store: Store, anyLinks: boolean): ServedService {
  const running = new RunningTransfers();
  return {
    offers: ["files"],
    requests: (caller) => {
      const { address } = caller;
      const requests = fileRequests(store, (action, path) => caller.tell({ event: "changed", address, action, path }));
      const told = () => transferTold(caller);
      const transfers = fileTransfers({ store, clock: systemClock, anyLinks, running, told });
      return new Map([...requests, ...transfers]);
    },
    close: async () => {},
  };
}

/** Tells the log of one transfer. */
function transferTold({ address, tell }: CallerFacts): TransferTold {
  const startedMs = systemClock.nowMs();
  return {
    begin: (direction, path) => tell({ event: "transfer-begin", address, direction, path }),
    end: (direction, path, result) => {
      const seconds = (systemClock.nowMs() - startedMs) / 1000;
      const failed = result instanceof SampanError;
      const { files, bytes, sentBytes } = failed ? { files: 0, bytes: 0, sentBytes: 0 } : result;
      const why = failed ? { code: result.code, message: result.message } : {};
      tell({ event: "transfer-end", address, direction, path, files, bytes, sentBytes, seconds, ...why });
    },
  };
}
