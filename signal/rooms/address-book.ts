import { TokenBucket } from '../../protocol/custody/token-bucket.ts'
import { TransferError } from '../../protocol/errors.ts'
import { ROOM_ADDRESSES_MAX } from '../../protocol/limits.ts'
import type { RoomRules } from './room-rules.ts'

type Entry = {
  socketCount: number
  /** Of its last socket. */
  closedAtMs: number
  readonly opens: TokenBucket
  readonly messages: TokenBucket
}

/** Knows how many sockets each address has, how fast it opens them, and how much they all together say. */
export class AddressBook {
  readonly #rules: RoomRules
  readonly #entries = new Map<string, Entry>()
  #socketCount = 0

  constructor(rules: RoomRules) {
    this.#rules = rules
  }

  /** Counts a socket in. @throws {TransferError} TOO_MANY_REQUESTS, STORE_FULL if it may not be opened. */
  open(address: string, nowMs: number): void {
    const { socketsMax, socketsPerAddressMax } = this.#rules
    if (this.#socketCount >= socketsMax) {
      throw new TransferError('STORE_FULL', 'This server has as many connections as it can hold.')
    }
    const entry = this.#entries.get(address) ?? this.#create(address, nowMs)
    if (entry.socketCount >= socketsPerAddressMax || !entry.opens.take(nowMs)) {
      throw new TransferError('TOO_MANY_REQUESTS', 'Too many connections from this address.')
    }
    entry.socketCount += 1
    this.#socketCount += 1
  }

  close(address: string, nowMs: number): void {
    const entry = this.#entries.get(address)
    if (entry === undefined) return
    entry.socketCount -= 1
    entry.closedAtMs = nowMs
    this.#socketCount -= 1
  }

  /** @returns Whether this address may say one thing more. */
  take(address: string, nowMs: number): boolean {
    return this.#entries.get(address)?.messages.take(nowMs) ?? false
  }

  /** Forgets whoever has no socket, and whose buckets are as full as a stranger's. */
  forgetIdle(nowMs: number): void {
    const { burst, perSecond } = this.#rules.opens
    const idleMs = (burst / perSecond) * 1000
    for (const [address, { socketCount, closedAtMs }] of this.#entries) {
      const isIdle = socketCount === 0 && Math.abs(nowMs - closedAtMs) >= idleMs
      if (isIdle) this.#entries.delete(address)
    }
  }

  #create(address: string, nowMs: number): Entry {
    // So many come and go only where somebody has whole networks: no address is held against anyone then.
    if (this.#entries.size >= ROOM_ADDRESSES_MAX) this.#forgetClosed()
    const { opens, addressMessages } = this.#rules
    const buckets = { opens: new TokenBucket(opens), messages: new TokenBucket(addressMessages) }
    const entry = { socketCount: 0, closedAtMs: nowMs, ...buckets }
    this.#entries.set(address, entry)
    return entry
  }

  #forgetClosed(): void {
    for (const [address, { socketCount }] of this.#entries) {
      if (socketCount === 0) this.#entries.delete(address)
    }
  }
}
