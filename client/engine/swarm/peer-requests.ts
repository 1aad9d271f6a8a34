import { TransferError, type FaultCode } from '../../../protocol/errors.ts'
import type { Refusal } from '../../../protocol/swarm/session-event.ts'
import { reasonOf } from '../delay.ts'

/** What a refusal is to whoever decides whom to ask next. */
const faults = {
  missing: 'CHUNK_MISSING',
  budget: 'CHUNK_MISSING',
  busy: 'TOO_MANY_REQUESTS',
  silent: 'SEED_UNREACHABLE',
  gone: 'SEED_UNREACHABLE',
} as const satisfies Record<Refusal, FaultCode>

const words = {
  missing: 'does not have it',
  budget: 'does not give it again',
  busy: 'is busy with others',
  silent: 'does not answer',
  gone: 'is gone',
} as const satisfies Record<Refusal, string>

type Settle<Answer> = Readonly<{
  resolve: (answer: Answer) => void
  reject: (reason: Error) => void
}>

/** What one peer was asked for and has not answered yet: each key once. */
export class PeerRequests<Key, Answer> {
  readonly #waiting = new Map<Key, Settle<Answer>>()
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  /**
   * @param ask - Sends it.
   * @param giveUp - Takes it back, where it is no longer wanted.
   * @throws {TransferError} As `refuse` says; the reason of `signal`.
   */
  async ask(
    key: Key,
    { ask, giveUp }: Readonly<{ ask: () => void; giveUp: () => void }>,
    signal: AbortSignal,
  ): Promise<Answer> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const stop = (): void => {
      this.#waiting.delete(key)
      giveUp()
      reject(reasonOf(signal))
    }
    signal.addEventListener('abort', stop, { once: true })
    this.#waiting.set(key, { resolve, reject })
    ask()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  has(key: Key): boolean {
    return this.#waiting.has(key)
  }

  /** What nobody waits for any more is dropped. */
  answer(key: Key, answer: Answer): void {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    waiting?.resolve(answer)
  }

  refuse(key: Key, why: Refusal): void {
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    waiting?.reject(new TransferError(faults[why], `${this.#name} ${words[why]}.`))
  }

  /** Nothing will come any more. */
  refuseAll(why: Refusal): void {
    for (const key of this.#waiting.keys()) this.refuse(key, why)
  }
}
