import { formatHex, type Bytes } from '../bytes.ts'
import { engine, type CryptoEngine } from '../crypto/engine.ts'
import { TransferError } from '../errors.ts'
import { CONNECTIONS_SEEN_MAX } from '../limits.ts'
import { envelopeCount, openEnvelope, type EnvelopeRoute } from './envelope.ts'

/** Opens the envelopes that come to one member of a room, each of them once. SPEC.md §13. */
export class EnvelopeGate {
  readonly #swarmKey: Bytes
  readonly #crypto: CryptoEngine
  /** Connection and sender, to one bit a count. The longest known first. */
  readonly #seen = new Map<string, number>()

  constructor(swarmKey: Bytes, crypto: CryptoEngine = engine) {
    this.#swarmKey = swarmKey
    this.#crypto = crypto
  }

  /**
   * @returns What the other peer said.
   * @throws {TransferError} ENVELOPE_INVALID if it was not sealed for this route, or came before.
   */
  async open(route: EnvelopeRoute, envelope: Bytes): Promise<Bytes> {
    const key = `${formatHex(route.connection)} ${formatHex(route.from)} ${formatHex(route.to)}`
    // Once before the work, and once after it: two copies may be under way at once.
    this.#check(key, envelopeCount(envelope))
    const opened = await openEnvelope({ swarmKey: this.#swarmKey, route, envelope }, this.#crypto)
    this.#check(key, opened.count)
    this.#mark(key, opened.count)
    return opened.text
  }

  #check(key: string, count: number): void {
    if (((this.#seen.get(key) ?? 0) & (1 << count)) === 0) return
    throw new TransferError('ENVELOPE_INVALID', 'The envelope came before.')
  }

  /** Only what opened is remembered: without the key nobody makes us forget. */
  #mark(key: string, count: number): void {
    this.#seen.set(key, (this.#seen.get(key) ?? 0) | (1 << count))
    if (this.#seen.size <= CONNECTIONS_SEEN_MAX) return
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest)
      return
    }
  }
}
