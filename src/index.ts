/** The public surface: connect to a peer, serve a folder, the types of both, and those of a script for the assistant. */
export type * from "./assistant/script-types.js";
export type * from "./service/api.js";
export { connect } from "./service/connect.js";
export { hashLocal, type LocalHash, type LocalHashOptions } from "./service/local-hash.js";
export { serve } from "./service/serve.js";
export type * from "./service/transfer-event.js";
export type { Entry, FileEntry, FolderEntry, LinkEntry } from "./wire/entry.js";
export { type ErrorCode, errorTable } from "./wire/error-code.js";
export { SampanError } from "./wire/sampan-error.js";
