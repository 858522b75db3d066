import { wallClock } from "../../transport/wall-clock.js";
import { readOptionalString } from "../../wire/field.js";
import { maxTimeFormatBytes } from "../../wire/limits.js";
import { encodeUtf8 } from "../../wire/utf8.js";
import type { ServedService } from "../served-service.js";
import { timeText } from "./time-text.js";

/*
 *   time {format?}   → end {received, sent, text}
 *
 * The times are microseconds since 1970 on the server's clock.
 */

/** The time by the connection, for those whom datagrams do not reach. */
export function timeService(): ServedService {
  return {
    offers: ["time"],
    requests: () =>
      new Map([
        [
          "time",
          {
            right: "read" as const,
            endsConnection: false,
            handle: async ({ header }, { channel }) => {
              const received = wallClock.nowMicros();
              const format = readOptionalString(header, "format", maxTimeFormatBytes) ?? "";
              const text = timeText(encodeUtf8(format), new Date(received / 1000));
              channel.send({ kind: "end", received, sent: wallClock.nowMicros(), text });
            },
          },
        ],
      ]),
    close: async () => {},
  };
}
