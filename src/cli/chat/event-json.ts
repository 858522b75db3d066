import type { RoomEvent } from "../../service/chat/chat-api.js";
import type { JsonEvent } from "../json-event.js";

/** An event of a room as --json writes it. */
export function jsonOfEvent(event: RoomEvent): JsonEvent {
  if (event.event !== "lost") return { ...event };
  const { error, delayMs } = event;
  return { event: "lost", code: error.code, message: error.message, delayMs };
}
