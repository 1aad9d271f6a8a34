/**
 * The bounds that others meet, or that more than one part keeps to, each checked before memory is spent on what it
 * bounds. One that is a single file's own affair stands there.
 */

const KIB = 1024
const MIB = 1024 * KIB
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

// The stream. SPEC.md §5 fixes these: they are part of every share.
export const CHUNK_PLAIN_BYTES = 262_100
export const NONCE_BYTES = 12
const TAG_BYTES = 16
export const SEALED_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES
export const SEALED_CHUNK_BYTES_MAX = CHUNK_PLAIN_BYTES + SEALED_OVERHEAD_BYTES
export const EXTENT_CHUNKS = 16
export const EXTENT_BYTES_MAX = EXTENT_CHUNKS * SEALED_CHUNK_BYTES_MAX
export const CHUNKS_MAX = 2 ** 23
/** Whose chunk hashes one answer of a seed shows, at most. */
export const EXTENTS_SHOWN_MAX = 16
export const EXTENTS_MAX = CHUNKS_MAX / EXTENT_CHUNKS
export const PADDED_BYTES_MIN = 4096

// Between peers: one frame is one message of a data channel, the longest that all of them take.
export const FRAME_HEADER_BYTES = 16
export const FRAME_BYTES_MAX = FRAME_HEADER_BYTES + SEALED_CHUNK_BYTES_MAX
// Of one frame: chunks a peer tells of, and chunks it asks for.
export const HAVE_CHUNKS_MAX = 2 ** 20
export const REQUEST_CHUNKS_MAX = 32
// Hashes in one frame: those of 511 whole extents.
export const FRAME_EXTENTS_MAX = 511
export const FRAME_HASHES_MAX = FRAME_EXTENTS_MAX * EXTENT_CHUNKS
export const INDEX_SLICE_BYTES_MAX = FRAME_BYTES_MAX - FRAME_HEADER_BYTES
// What two peers say through the signal server until they are connected: a description and its candidates.
export const SIGNAL_TEXT_BYTES_MAX = 8 * KIB
export const ENVELOPES_PER_CONNECTION_MAX = 32
// Connections whose envelopes are remembered, so that none is taken twice.
export const CONNECTIONS_SEEN_MAX = 4096

// The index.
export const INDEX_SEALED_BYTES_MAX = 32 * MIB
export const INDEX_ENTRIES_MAX = 100_000
export const PATH_DEPTH_MAX = 32
export const PATH_BYTES_MAX = 4096
export const SEGMENT_BYTES_MAX = 255
// Of the folders of one safe path, so that with a name and a target folder it stays below what disks take.
export const FOLDERS_BYTES_MAX = 2048

// Policy.
export const REPLICAS_MAX = 8
export const DENIED_JURISDICTIONS_MAX = 8
export const KDF_LOG_N_MIN = 17
export const KDF_LOG_N_MAX = 18

// Time.
export const CHECKPOINT_LIFE_MS = 366 * DAY_MS
export const CHECKPOINT_AHEAD_MS_MAX = 2 * DAY_MS
export const TOMBSTONE_LIFE_MS = 400 * DAY_MS
export const GRANT_LIFE_MS = 400 * DAY_MS
export const DIRECTORY_LIFE_MS = 7 * DAY_MS
export const DIRECTORY_FRESH_MS = DAY_MS
export const STATE_PERIOD_MS = MINUTE_MS
export const SEED_GONE_MS = 10 * MINUTE_MS
export const DIRECTORY_INTERVAL_MS = MINUTE_MS
// Well below DIRECTORY_FRESH_MS, so that no one ever meets a directory too old for letting go.
export const DIRECTORY_REFRESH_MS = 6 * HOUR_MS
export const CERTIFICATE_LIFE_MS = 400 * DAY_MS
export const INVITATION_LIFE_MS = 7 * DAY_MS
export const INVITATION_LIFE_MS_MAX = 90 * DAY_MS
// Between the clocks of a seed and of the network.
export const CLOCK_SKEW_MS_MAX = 2 * DAY_MS
export const LETTING_GO_MS = 7 * DAY_MS
export const SHARE_WITHOUT_CHECKPOINT_MS = HOUR_MS
export const EXPIRED_UNLINK_MS = DAY_MS

// Records.
// DIRECTORY_SEEDS_MAX entries of the longest names and URLs fit.
export const RECORD_BODY_BYTES_MAX = 2 * MIB
export const DIRECTORY_SEEDS_MAX = 1024
export const SEED_URLS_MAX = 4
export const URL_BYTES_MAX = 256
export const OPERATOR_BYTES_MAX = 64
export const TAKEDOWN_REASON_BYTES_MAX = 200
// Of one kind of record but a directory or a state: what stands in JSON.
export const SHORT_RECORD_BYTES_MAX = 512

// Letting go and audit: 44 random chunks find 10 % missing at 99 %.
export const AUDIT_CHUNKS = 44

// HTTP.
export const CHECKPOINT_BODY_BYTES_MAX = 32 * MIB
export const LONG_POLL_MS_MAX = 20 * SECOND_MS
export const RECEIPTS_MAX = 64
export const ICE_SERVERS_MAX = 8
export const NETWORK_NAME_BYTES_MAX = 64
// Leave to use a TURN server: the same for all who ask within a step.
export const TURN_CREDENTIAL_LIFE_MS = 6 * HOUR_MS
export const TURN_CREDENTIAL_STEP_MS = 10 * MINUTE_MS
export const JSON_ANSWER_BYTES_MAX = 128 * KIB
export const FAULT_MESSAGE_LENGTH_MAX = 300
// What a network takes, unless whoever runs it says otherwise.
export const SHARE_BYTES_MAX = 100 * 1024 * MIB
export const SHORT_BODY_BYTES_MAX = 2 * KIB
// Of one address.
export const GRANTS_PER_MINUTE_MAX = 60
export const JOINS_PER_MINUTE_MAX = 20
export const STATES_PER_MINUTE_MAX = 240
/** What every server of ours is started with, in fastify's words: a slow, idle or poisoned request ends. */
export const serverLimits = {
  requestTimeout: 30 * SECOND_MS,
  connectionTimeout: MINUTE_MS,
  keepAliveTimeout: 15 * SECOND_MS,
  // A route that takes more says so itself.
  bodyLimit: SHORT_BODY_BYTES_MAX,
  onProtoPoisoning: 'error',
  onConstructorPoisoning: 'error',
  routerOptions: { maxParamLength: 64 },
  http: {
    // Node looks for late requests only so often: its default would make 30 s up to a minute.
    connectionsCheckingInterval: 5 * SECOND_MS,
    // Not above requestTimeout: Node swaps the two then, and a slow body has as long as its default, a minute.
    headersTimeout: 15 * SECOND_MS,
  },
  // No route has a schema, as valibot reads what comes: fastify would load its compilers at each start for nothing.
  schemaController: {
    compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas },
  },
} as const

function refuseSchemas(): never {
  throw new Error('What comes is read by valibot, and a route has no schema.')
}

// Sending: bodies of one extent each.
export const EXTENTS_AHEAD_MAX = 2
export const LANE_BODIES_MAX = 2
export const SEAL_PARALLEL_MAX = 4
export const FILE_READS_MAX = 16
export const FILE_STATS_MAX = 64
export const HASH_READS_MAX = 8
// A seed silent for so long is passed over; one that stopped filling itself is filled by the sender.
export const SEED_SILENT_MS = 30 * SECOND_MS
export const REPLICATION_STALL_MS = 30 * SECOND_MS

// Custody: what one seed does at once for all its shares, so that a lost seed makes work and not a storm.
export const PROBE_TIMEOUT_MS = 5 * SECOND_MS
export const CUSTODY_JOBS_WAITING_MAX = 1000
export const CUSTODY_JOBS_PER_SEED_MAX = 8
export const CUSTODY_LOOKS = { perSecond: 100, burst: 200, parallelMax: 16, urgentMax: 32 }
export const CUSTODY_TELLS = { perSecond: 20, burst: 40, parallelMax: 4, urgentMax: 16 }
export const CUSTODY_FILLS = { perSecond: 20, burst: 20, parallelMax: 4, urgentMax: 32 }
export const CUSTODY_AUDITS = { perSecond: 2, burst: 10, parallelMax: 2, urgentMax: 2 }
// Ranges of sealed chunks on their way from other seeds: a few chunks of each are in memory.
export const PULLS_MAX = 12
export const REPAIR_PULLS_MAX = 4
export const PULL_RANGE_EXTENTS_MAX = 4
export const PULLS_PER_SOURCE_MAX = 3
export const PULL_EXTENT_MS_MAX = 2 * MINUTE_MS
// What one directory answer may make us ask: of a network with more seeds, those that matter are asked.
export const SHARE_SEEDS_ASKED_MAX = 64

// Receiving.
// A request to a seed: 16 MiB, so that the line stays full and a choice can still be changed.
export const FETCH_RUN_CHUNKS_MAX = 64
// Sealed chunks asked for, on their way or waiting to be saved: 64 MiB.
export const FETCH_WINDOW_CHUNKS = 256
// In a page, where each chunk on its way leaves several copies for the collector: 32 MiB.
export const PAGE_WINDOW_CHUNKS = 128
// Of a page that keeps what is far: beside these up to FAR_BUSY_MAX more.
export const PAGE_NEAR_CHUNKS = 96
// Following a share: more new extents than this at once are taken by their hashes alone.
export const FOLLOW_EXTENTS_MAX = 32
export const OPEN_PARALLEL_MAX = 6
// Chunks written at a time: each may be a hundred small files.
export const WRITES_MAX = 8
// What a page keeps of one share to go on from: at most half of what the browser would give.
export const CHUNK_STORE_BYTES_MAX = 2 * 1024 * MIB
// Waiting to be kept: beyond it chunks are not kept, and the download does not wait.
export const CHUNK_STORE_QUEUE_BYTES_MAX = 8 * MIB

// The swarm: connections of one share.
// A browser allows 500 in a process and frees them late.
export const LINKS_MAX = 40
export const LINKS_PER_MINUTE_MAX = 30
export const MEMBERS_KNOWN_MAX = 64
export const BANS_MAX = 4096
// Asked of one other and not yet there: as much as fills its channel, LINK_UNSENT_BYTES_MAX.
export const PEER_REQUESTS_MAX = 8
export const SEED_REQUESTS_MAX = 8
export const CHUNK_SERVINGS_MAX = 3
export const UPLOAD_SLOTS = 4
// A seed, for all its shares. Each that is served has a few chunks in memory, LINK_UNSENT_BYTES_MAX and a little more.
export const SEED_LINKS_MAX = 64
export const SEED_LINKS_PER_MINUTE_MAX = 600
export const SEED_UPLOAD_SLOTS = 24
// A call that is not through by then is given up.
export const SEED_CALL_MS = 20 * SECOND_MS
// Once it had so long, it is given up for another where all places are taken.
export const SEED_CALL_LATE_MS = 5 * SECOND_MS
// Of one member, made or being made: one who lost its connection calls again before we know.
export const SEED_CALLS_PER_MEMBER_MAX = 2
// Of one member, also those that are over: who is turned away calls again after 5 s, 12 times a minute.
export const SEED_CALLS_PER_MEMBER = { perSecond: 0.25, burst: 15 }
export const SEED_CALLERS_KNOWN_MAX = 4096
// Words to callers that there is no place: above it they are told nothing, so that no stranger makes a seed say too much.
export const SEED_BUSY_SAID = { perSecond: 50, burst: 500 }
// Who has not said hello by then does not mean to.
export const SEED_HELLO_MS = 15 * SECOND_MS
// Who says nothing for so long may come again; where others wait, after a tenth of it.
export const SEED_LINK_IDLE_MS = 2 * MINUTE_MS
export const SEED_INDEX_CACHE_BYTES = 64 * MIB
// Hashes and slices of the index: one frame each, asked for at a time.
export const PARTS_ASKED_MAX = 4
// Of them to one other, bytes: the longest index and hashes of all extents, and then hashes for more than 500 MB/s.
export const PARTS_SERVED = { perSecond: 64 * KIB, burst: 48 * MIB }
// To all together while nobody is served: somebody may know nobody else, and has hashes for 16 MB/s.
export const PARTS_SPARED = { perSecond: 2 * KIB, burst: 4 * MIB }
// What a peer may say unasked: bytes, a short frame counted as FRAME_COST_MIN.
export const FRAME_COST_MIN = 256
export const UNASKED_BYTES = { perSecond: 256 * KIB, burst: 4 * MIB }
// Before its hello, which others may overtake.
export const FRAMES_BEFORE_HELLO_MAX = 16
// Sent and not yet taken by the channel, before more is read for a link.
export const LINK_UNSENT_BYTES_MAX = 2 * MIB
// Rooms: JSON over one WebSocket.
export const ROOM_PEERS_MAX = 8
export const RTC_CANDIDATES_MAX = 20
export const RTC_CANDIDATE_LENGTH_MAX = 512
// What one simple-peer says, sealed or signed.
export const ROOM_PAYLOAD_BYTES_MAX = SIGNAL_TEXT_BYTES_MAX + 512
// As text: base64url of a payload, and the rest of the message.
export const ROOM_MESSAGE_LENGTH_MAX = 12 * KIB
// What a socket may do to the server: fragments of one message, and pieces of data that belong to none yet.
export const ROOM_FRAME_BYTES_MAX = 64 * KIB
export const ROOM_FRAGMENTS_MAX = 16
export const ROOM_PIECES_MAX = 64
// Who does not end after it was told that it is over is cut off.
export const ROOM_CLOSE_MS = 2 * SECOND_MS
// Waiting for one socket that does not read, and for all of them: who waits longest for it is closed.
export const ROOM_UNSENT_BYTES_MAX = MIB
export const ROOMS_UNSENT_BYTES_MAX = 256 * MIB
// Where so much waits, nothing is passed on from others: they could close the socket of whom they like.
export const ROOM_PASSED_UNSENT_BYTES_MAX = 256 * KIB
export const ROOM_UNSENT_BYTES_SPARED = 64 * KIB
export const ROOM_ADDRESSES_MAX = 50_000
export const roomRules = {
  socketsMax: 20_000,
  /** One may be an office or a whole mobile network. */
  socketsPerAddressMax: 256,
  /** New sockets of one address. */
  opens: { perSecond: 5, burst: 300 },
  /** Of one socket: 30 connections a minute, each a description and 20 candidates. */
  messages: { perSecond: 20, burst: 500 },
  /** Of a seed's: it answers everyone who calls. */
  seedMessages: { perSecond: 500, burst: 5000 },
  /** Of one address, whatever the number of its sockets. */
  addressMessages: { perSecond: 1000, burst: 20_000 },
  /** A look at who is in a room. */
  looks: { perSecond: 0.2, burst: 10 },
  /** Not taken in a row: what comes after that is no mistake. */
  dropsMax: 100,
  pingMs: 30 * SECOND_MS,
} as const

// A connection between peers: messages of one frame each.
// In the channel, so that the line stays full; beyond it messages wait with us.
export const RTC_BUFFERED_BYTES_LOW = MIB
// Waiting with us: whoever sends stops at LINK_UNSENT_BYTES_MAX, so only answers to what the other end asks get beyond.
export const RTC_UNSENT_BYTES_MAX = 4 * MIB
// Offers of members that nobody answered yet.
export const OFFERS_WAITING_MAX = 32
// To members of a room who do not know the share's genesis yet.
export const GENESIS_ANSWERS = { perSecond: 2, burst: 40 }
// Received and not yet taken by the engine's thread: of one connection, and of all.
export const RTC_UNTAKEN_BYTES_MAX = 8 * MIB
export const RTC_UNTAKEN_BYTES_SUM_MAX = 64 * MIB
