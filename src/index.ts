/** The public surface: connect to a peer, serve a folder, and the types of both. */
export type * from "./service/api.js";
export type * from "./service/chat/chat-api.js";
export { connect } from "./service/connect.js";
export type { AnnouncedChange, Announcement } from "./service/discovery/announcement.js";
export { type DiscoverOptions, discover, type FoundServer } from "./service/discovery/discover.js";
export { hashLocal, type LocalHash, type LocalHashOptions } from "./service/local-hash.js";
export { serve } from "./service/serve.js";
export type * from "./service/transfer-event.js";
export { FramedStream, framed } from "./transport/framed/framed-stream.js";
export type { Entry, FileEntry, FolderEntry, LinkEntry } from "./wire/entry.js";
export { type ErrorCode, errorTable } from "./wire/error-code.js";
export { SampanError } from "./wire/sampan-error.js";
