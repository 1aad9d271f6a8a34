import { TokenBucket } from '../../protocol/custody/token-bucket.ts'
import { SEED_CALLERS_KNOWN_MAX, SEED_CALLS_PER_MEMBER } from '../../protocol/limits.ts'
import type { MemberId } from '../../protocol/room/room-names.ts'

/** How often each member called of late: also a call that is over used one of the connections of its minute. */
export class CallerBook {
  /** Who called last stands last. */
  readonly #buckets = new Map<MemberId, TokenBucket>()

  /** @returns Whether it may call once more now: then that counts. */
  take(member: MemberId, nowMs: number): boolean {
    const bucket = this.#buckets.get(member) ?? new TokenBucket(SEED_CALLS_PER_MEMBER)
    this.#buckets.delete(member)
    this.#buckets.set(member, bucket)
    const [first] = this.#buckets.keys()
    if (first !== undefined && this.#buckets.size > SEED_CALLERS_KNOWN_MAX) {
      this.#buckets.delete(first)
    }
    return bucket.take(nowMs)
  }
}
