import { TransferError } from '../../protocol/errors.ts'

const DAY_MS = 86_400_000
const ADDRESSES_MAX = 10_000

/** Bytes that one address may upload within a day. */
export class UploadQuota {
  readonly #bytesPerDay: number
  readonly #nowMs: () => number
  readonly #used = new Map<string, { bytes: number; untilMs: number }>()

  constructor(bytesPerDay: number, nowMs: () => number) {
    this.#bytesPerDay = bytesPerDay
    this.#nowMs = nowMs
  }

  /** @throws {TransferError} TOO_MANY_REQUESTS if these bytes are too many. */
  add(address: string, bytes: number): void {
    const nowMs = this.#nowMs()
    const known = this.#used.get(address)
    const isToday = known !== undefined && nowMs < known.untilMs && known.untilMs <= nowMs + DAY_MS
    const used = isToday ? known : { bytes: 0, untilMs: nowMs + DAY_MS }
    if (used.bytes + bytes > this.#bytesPerDay) {
      const waitMs = used.untilMs - nowMs
      const message = 'This address has uploaded as much as this seed takes from one in a day.'
      throw new TransferError('TOO_MANY_REQUESTS', message, { details: { waitMs } })
    }
    used.bytes += bytes
    this.#used.set(address, used)
    // The oldest entry goes: memory is bounded, and who changes address a thousand times has other limits.
    for (const oldest of this.#used.keys()) {
      if (this.#used.size <= ADDRESSES_MAX) break
      this.#used.delete(oldest)
    }
  }
}
