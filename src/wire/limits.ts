/**
 * Every cap that is held against a peer, with its reason.
 * A number above its cap is refused before anything is allocated for it.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** A header describes a message; the largest honest one is a pack of 256 small files at about 90 bytes each. */
export const maxHeaderBytes = 64 * KiB;

/** JSON nesting in a header or a list of entries: honest ones reach 4; deep ones exist only to exhaust a stack. */
export const maxJsonDepth = 16;

/** A body is held in memory whole, once for each connection; the largest honest one is a block of 8 MiB. */
export const maxBodyBytes = 16 * MiB;

/** A body that is JSON grows several times when parsed, so it is kept far below a block. */
export const maxJsonBodyBytes = 1 * MiB;

/** Entries in one offer, removals told at once: bounds what one message makes an end do before it reads the next. */
export const maxOfferEntries = 4096;

/** Entries offered and not yet settled: bounds the memory of a tree of any size at both ends. */
export const maxUnsettledEntries = 16_384;

/**
 * Entries in one transfer: 32 bytes are kept for each, so that the tree's digest covers them all. And removals that one
 * end tells the other of.
 */
export const maxTransferEntries = 4_000_000;

/** Parts in one want or one data message: keeps the header under its cap with room to spare. */
export const maxParts = 256;

/** A whole path on the wire, in UTF-16 units; eight times Linux's PATH_MAX leaves room for any system. */
export const maxPathLength = 32 * KiB;

/** Path parts below the root: each one is a directory to hold open. */
export const maxPathDepth = 512;

/** The target of a symbolic link: Linux allows 4,095 bytes. */
export const maxLinkTargetLength = 4096;

/** Sources named by one get or put. */
export const maxSources = 1024;

/** Rules for what to leave out, and the length of each: matching takes time in proportion to both. */
export const maxFilterRules = 256;
export const maxFilterRuleLength = 512;

/** Short strings in headers: tokens, agent names, ids, messages. */
export const maxTokenLength = 256;
export const maxShortTextLength = 1024;

/** Requests that wait behind the running one on a connection. */
export const maxPipelinedRequests = 64;

/**
 * Asks that wait on one connection of a sender, and the bytes of digests that came with them. An honest receiver has at
 * most one for each entry that is not settled; the sender itself stops offering at that, give or take a batch.
 */
export const maxQueuedAsks = 2 * maxUnsettledEntries;
export const maxQueuedAskBytes = 4 * MiB;

/**
 * Bytes of messages other than content that a peer has not taken. Offers, listings and digests of an earlier run wait
 * at the first number for a slow peer; one that asks and never reads is put out at the second.
 */
export const waitAboveUnsentBytes = 1 * MiB;
export const maxUnsentBytes = 16 * MiB;

/** Problems of one transfer that are kept to be listed at its end; each is told as it comes, too. */
export const maxProblems = 4096;

/**
 * Files that a sender holds open for one transfer. A receiver that takes them as they come has about 32 under way; one
 * that asks a block of each of thousands would otherwise take all that the system lets this process open.
 */
export const maxOpenSources = 64;

/**
 * Connections that one transfer may use at once. With 1 % loss and a round trip of 100 ms a TCP connection carries
 * 1.3 Mbit/s, so that 16 are 20 Mbit/s of whatever the path could.
 */
export const maxLanes = 64;

/** The largest file: below 2^53, and beyond what any file system in use holds in one file. */
export const maxFileBytes = 2 ** 50;

/**
 * Blocks are 1 MiB in the first 128 GiB of a file and 8 MiB after that: a block's place follows from its number
 * alone (so a stream of unknown length is cut the same way), and 16 TiB still need under 80 MiB of digests.
 */
export const blockBytes = 1 * MiB;
export const largeBlockBytes = 8 * MiB;
export const largeBlocksFrom = 128 * GiB;

/** A file of one block travels with others in one message, and needs no journal: a block is the unit of resume. */
export const smallFileBytes = blockBytes;

/**
 * Bytes of a datagram's content that fit through every network in one piece: 1,280, which IPv6 warrants, less its
 * headers and ours. An answer to somebody nearby is never longer.
 */
export const maxDatagramAnswerBytes = 1200;

/** A format for the time, in bytes: what the documents' server reads of one datagram. */
export const maxTimeFormatBytes = 1024;

/** The name of a machine or folder as it is announced: two of them fit into one datagram in any script. */
export const maxAnnouncedNameLength = 64;

/** Servers that one look around can find: a network has a few; thousands are made up by somebody. */
export const maxFoundServers = 1000;
/** Arguments of a command: far beyond what people type; the header's cap bounds their length together. */
export const maxArguments = 4096;

/** Variables of the environment that one command is given. */
export const maxVariables = 256;

/** The time limit of a command: what a timer of Node can wait, 24 days. */
export const maxRunTimeoutMs = 2 ** 31 - 1;

/** Output of a command that a client may ask for ahead of taking it: fills a path of 640 MB/s and 100 ms. */
export const maxOutputWindowBytes = 64 * MiB;

/** Input that waits at the server for a command that does not read it. */
export const inputWindowBytes = 1 * MiB;

/** Input in one message: a quarter of the window, so that it moves while the command reads. */
export const maxInputBytes = 256 * KiB;

/** Commands that wait for others to end; what comes beyond is refused with E_BUSY. Each holds a connection. */
export const maxQueuedRuns = 512;

/** Output that a server keeps of a command that runs on by itself; the oldest is dropped for new. */
export const keptOutputBytes = 1 * MiB;

/** Commands that ran by themselves and are over: their output and status are kept for whoever asks, the oldest goes. */
export const maxEndedJobs = 64;

/** The body of one echo: larger ones would measure throughput, for which there is `bench`. */
export const maxEchoBytes = 64 * KiB;

/** How long one measurement of throughput fills the path: beyond half a minute it only keeps others from it. */
export const maxBenchMs = 30_000;

/** One piece of such a measurement: many fit into what may wait for the network. */
export const benchPieceBytes = 256 * KiB;

/** What a trial of the disk writes at most: enough that a cache does not hide it, and soon over. */
export const maxDiskTrialBytes = 256 * MiB;

/** The name of a chat room: with a little added it is the name of a file, of which systems take 255 bytes. */
export const maxRoomNameLength = 64;

/** The name of somebody in a room: it stands in front of each line they say. */
export const maxMemberNameLength = 64;

/** People in a room: the issue asks for 500, and each message costs a sealed write for each of them. */
export const maxRoomMembers = 1000;

/** Rooms of a server: each is a file on its disk, made by whoever enters it. */
export const maxRooms = 256;

/** What a room remembers: so many messages, or so many bytes of them on disk, the older ones forgotten. */
export const maxRoomMessages = 10_000;
export const maxRoomBytes = 64 * MiB;

/** All rooms together on disk: messages beyond it are passed on and not kept. */
export const maxAllRoomsBytes = 1 * GiB;

/** Messages of one member on their way and not acknowledged, and their bytes: one of the largest, and some besides. */
export const maxSaysUnderway = 16;
export const maxSayBytesUnderway = 2 * MiB;

/** Messages of all members together that wait because their senders are too fast. */
export const maxHeldSayBytes = 32 * MiB;

/** What waits for one member who does not read; beyond it they are put out, and can come back for what they missed. */
export const maxMemberWaitingBytes = 4 * MiB;

/**
 * Handed to the connections of all members at once: each is sealed apart, so a message of 1 MiB to 500 members would
 * otherwise stand in memory 500 times. What has been stuck for a second does not count, but has a bound of its own.
 */
export const maxFanOutBytes = 8 * MiB;
export const maxStuckBytes = 64 * MiB;

/** A terminal's size in characters: far beyond any screen, and a grid of both still fits into memory. */
export const maxTerminalColumns = 1000;
export const maxTerminalRows = 500;

/** Output of a shell that a client has not yet shown; beyond it the program is slowed. Fills 100 ms at 5 MB/s. */
export const shellOutputWindowBytes = 512 * KiB;

/** The last output of a shell, kept so that a client that lost the network goes on where it was. */
export const keptShellOutputBytes = 1 * MiB;

/** Typed or pasted bytes that the terminal has not yet taken. */
export const shellInputWindowBytes = 256 * KiB;

/** Variables of the environment that a client may pass on to a shell: language and terminal. */
export const maxShellVariables = 32;

/** Who may look at one shell at once: each is sent all that it prints. */
export const maxShellViewers = 16;

/** The longest that a shell waits for somebody to come back: what a timer of Node can wait, 24 days. */
export const maxShellKeepMs = 2 ** 31 - 1;
