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

export type Question = Readonly<{
  /** Sends it. */
  ask: () => void
  /** Takes it back, where nobody wants it any more. Undefined: it comes all the same. */
  giveUp?: () => void
}>

/** What one peer was asked for and has not answered yet: each key once, however many wait for it. */
export class PeerRequests<Key, Answer> {
  readonly #waiting = new Map<Key, Set<Settle<Answer>>>()
  readonly #name: string
  readonly #copy: (answer: Answer) => Answer
  /** Why it answers nothing any more. */
  #end: Refusal | undefined

  /** @param copy - For all who wait but one, where each is to have an answer of its own. */
  constructor(name: string, copy: (answer: Answer) => Answer = (answer) => answer) {
    this.#name = name
    this.#copy = copy
  }

  /** @throws {TransferError} As `refuse` says; the reason of `signal`. */
  async ask(key: Key, { ask, giveUp }: Question, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted()
    if (this.#end !== undefined) throw this.#fault(this.#end)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const settle = { resolve, reject }
    const asked = this.#waiting.get(key)
    const waiting = asked ?? new Set()
    this.#waiting.set(key, waiting.add(settle))
    const stop = (): void => {
      waiting.delete(settle)
      const isLast = waiting.size === 0 && this.#waiting.get(key) === waiting
      if (isLast && giveUp !== undefined) {
        this.#waiting.delete(key)
        giveUp()
      }
      reject(reasonOf(signal))
    }
    signal.addEventListener('abort', stop, { once: true })
    if (asked === undefined) ask()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** What nobody waits for any more is dropped. */
  answer(key: Key, answer: Answer): void {
    const [first, ...others] = this.#take(key)
    for (const { resolve } of others) resolve(this.#copy(answer))
    first?.resolve(answer)
  }

  refuse(key: Key, why: Refusal): void {
    for (const { reject } of this.#take(key)) reject(this.#fault(why))
  }

  /** Nothing will come any more, of what is asked later neither. */
  refuseAll(why: Refusal): void {
    this.#end = why
    for (const key of this.#waiting.keys()) this.refuse(key, why)
  }

  #take(key: Key): readonly Settle<Answer>[] {
    const waiting = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    return [...waiting]
  }

  #fault(why: Refusal): TransferError {
    return new TransferError(faults[why], `${this.#name} ${words[why]}.`)
  }
}
