/**
 * Every way a transfer can fail: whose fault it is, whether another try can help, and the HTTP status a
 * node answers with.
 */
const faults = {
  // What a person brought.
  LINK_INVALID: { blame: 'user', retry: false, status: 400 },
  LINK_WRONG_KIND: { blame: 'user', retry: false, status: 400 },
  NETWORK_MISMATCH: { blame: 'user', retry: false, status: 400 },
  PASSWORD_NEEDED: { blame: 'user', retry: false, status: 400 },
  PASSWORD_WRONG: { blame: 'user', retry: false, status: 400 },
  USAGE: { blame: 'user', retry: false, status: 400 },
  NOTHING_TO_SEND: { blame: 'user', retry: false, status: 400 },
  SHARE_TOO_LARGE: { blame: 'user', retry: false, status: 413 },
  FILE_UNREADABLE: { blame: 'user', retry: false, status: 400 },
  FILE_CHANGED: { blame: 'user', retry: false, status: 400 },
  FILES_DIFFER: { blame: 'user', retry: false, status: 400 },
  TARGET_EXISTS: { blame: 'user', retry: false, status: 400 },
  DISK_FULL: { blame: 'user', retry: true, status: 507 },
  FOLDER_IN_USE: { blame: 'user', retry: true, status: 409 },
  PORT_IN_USE: { blame: 'user', retry: true, status: 409 },
  BROWSER_UNFIT: { blame: 'user', retry: false, status: 400 },
  ORIGIN_INSECURE: { blame: 'node', retry: false, status: 400 },
  CLOCK_WRONG: { blame: 'user', retry: true, status: 503 },
  DOWNLOAD_ENDED: { blame: 'user', retry: true, status: 503 },

  // What a record or message says.
  GENESIS_INVALID: { blame: 'node', retry: false, status: 400 },
  GENESIS_OTHER: { blame: 'node', retry: false, status: 409 },
  CHECKPOINT_INVALID: { blame: 'node', retry: false, status: 400 },
  CHECKPOINT_STALE: { blame: 'node', retry: false, status: 409 },
  CHECKPOINT_CONFLICT: { blame: 'user', retry: false, status: 409 },
  HASHES_MISSING: { blame: 'node', retry: true, status: 409 },
  RECORD_INVALID: { blame: 'node', retry: false, status: 400 },
  GRANT_INVALID: { blame: 'node', retry: false, status: 403 },
  INVITATION_INVALID: { blame: 'user', retry: false, status: 403 },
  SEED_UNKNOWN: { blame: 'user', retry: false, status: 404 },
  STATE_STALE: { blame: 'node', retry: true, status: 409 },
  INDEX_INVALID: { blame: 'node', retry: false, status: 400 },
  CHUNK_FORGED: { blame: 'node', retry: true, status: 422 },
  HASH_MISMATCH: { blame: 'node', retry: true, status: 422 },

  // What a peer sends.
  FRAME_INVALID: { blame: 'peer', retry: false, status: 400 },
  ENVELOPE_INVALID: { blame: 'peer', retry: false, status: 400 },
  // What another end of a WebRTC connection says.
  SIGNAL_INVALID: { blame: 'peer', retry: false, status: 400 },

  // What a node answers.
  REQUEST_INVALID: { blame: 'node', retry: false, status: 400 },
  ANSWER_INVALID: { blame: 'node', retry: true, status: 502 },
  TOKEN_WRONG: { blame: 'node', retry: false, status: 403 },
  SHARE_MISSING: { blame: 'node', retry: true, status: 404 },
  CHUNK_MISSING: { blame: 'node', retry: true, status: 404 },
  SHARE_UNVERIFIED: { blame: 'node', retry: true, status: 503 },
  SHARE_EXPIRED: { blame: 'user', retry: false, status: 410 },
  SHARE_DELETED: { blame: 'user', retry: false, status: 410 },
  SHARE_TAKEN_DOWN: { blame: 'node', retry: false, status: 451 },
  TOO_MANY_REQUESTS: { blame: 'node', retry: true, status: 429 },
  STORE_FULL: { blame: 'node', retry: true, status: 507 },
  SEED_UNREACHABLE: { blame: 'node', retry: true, status: 503 },
  NETWORK_UNREACHABLE: { blame: 'node', retry: true, status: 503 },
  NODE_FAILED: { blame: 'node', retry: true, status: 500 },
  POLICY_UNMET: { blame: 'node', retry: true, status: 503 },
  STOPPED: { blame: 'user', retry: true, status: 503 },
} as const satisfies Record<
  string,
  { blame: 'user' | 'node' | 'peer'; retry: boolean; status: number }
>

export type FaultCode = keyof typeof faults

/** What a node knows about a failure that a program can act on; never a secret or a name. */
export type FaultDetails = Readonly<Record<string, string | number>>

/** An expected failure. Callers branch on `code` or `fault`, never on `message`. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
  readonly code: FaultCode
  readonly details: FaultDetails

  constructor(
    code: FaultCode,
    message: string,
    options?: ErrorOptions & { details?: FaultDetails },
  ) {
    super(message, options)
    this.code = code
    this.details = options?.details ?? {}
  }

  get fault(): (typeof faults)[FaultCode] {
    return faults[this.code]
  }
}

export function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(faults, text)
}

/** Stops at a mistake of our own. Bad input is never our mistake: throw a TransferError. */
export function assert(truth: boolean, claim: string): asserts truth {
  if (!truth) throw new Error(`bug: expected ${claim}`)
}
