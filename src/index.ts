/** The public surface: connect to a peer, serve a folder, the types of both, and those of a script for the assistant. */
export type * from "./assistant/script-types.js";
export type * from "./service/api.js";
export type * from "./service/chat/chat-api.js";
export { connect } from "./service/connect.js";
export type { AnnouncedChange, Announcement } from "./service/discovery/announcement.js";
export { type DiscoverOptions, discover, type FoundServer } from "./service/discovery/discover.js";
export { hashLocal, type LocalHash, type LocalHashOptions } from "./service/files/local-hash.js";
export type * from "./service/files/transfer-event.js";
export { type HandOver, type HandOverOptions, handOver } from "./service/handover/hand-over.js";
export {
  type Received,
  type ReceivedFiles,
  type ReceivedText,
  type ReceiveOptions,
  receive,
} from "./service/handover/receive.js";
export type * from "./service/measure/measure-api.js";
export { pairByCode } from "./service/pairing/find-by-code.js";
export { type Paired, pairWith } from "./service/pairing/pair-with.js";
export type * from "./service/run/run-api.js";
export type * from "./service/run/run-event.js";
export { serve } from "./service/serve.js";
export type * from "./service/shell/shell-api.js";
export type * from "./service/shell/shell-event.js";
export type * from "./service/time/time-reading.js";
export type { ClockComparison } from "./service/time/time-sample.js";
export { FramedStream, framed } from "./transport/framed/framed-stream.js";
export type { Entry, FileEntry, FolderEntry, LinkEntry } from "./wire/entry.js";
export { type ErrorCode, errorTable } from "./wire/error-code.js";
export { SampanError } from "./wire/sampan-error.js";
