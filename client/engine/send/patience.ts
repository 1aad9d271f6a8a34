import { TransferError } from '../../../protocol/errors.ts'
import { AwakeTime } from '../awake-time.ts'
import type { CourierProgress } from './progress.ts'

export type PatienceLimits = Readonly<{
  /** Without any seed that ever took something: ms, Infinity to wait for ever. */
  startMs: number
  /** Without anything new: ms, Infinity to wait for ever. */
  stalledMs: number
}>

/** Ends a wait that leads nowhere. A page waits for ever; a command must end some time. */
export class Patience {
  readonly #limits: PatienceLimits
  /** When it began, or a seed last answered before there is anything to count. */
  #startMs: number
  #isBegun = false
  #checked = ''
  #last = ''
  #movedAtMs: number
  readonly #awake: AwakeTime

  constructor(limits: PatienceLimits, nowMs: number) {
    this.#limits = limits
    this.#startMs = nowMs
    this.#movedAtMs = nowMs
    this.#awake = new AwakeTime(nowMs)
  }

  /** @throws {TransferError} SEED_UNREACHABLE or POLICY_UNMET, with why, once it has waited long enough. */
  check({ frontier, waiting, custody }: CourierProgress, atMs: number): void {
    const nowMs = this.#awake.at(atMs)
    const receipts = custody.filter(({ receipt }) => receipt !== undefined).length
    const checked = waiting?.code === 'checking' ? `${waiting.text} ${waiting.done}` : ''
    if (checked !== this.#checked) this.#startMs = nowMs
    this.#checked = checked
    const now = [...Object.values(frontier), receipts, checked].join(' ')
    if (now !== this.#last || waiting?.code === 'paused') this.#movedAtMs = nowMs
    this.#last = now
    // What silent seeds hold does not count, and is most likely there: a line that is gone for a minute comes back.
    this.#isBegun ||= frontier.onceBytes > 0
    const isNowhere = !this.#isBegun && custody.every(({ problem }) => problem !== undefined)
    if (waiting !== undefined && isNowhere && nowMs - this.#startMs > this.#limits.startMs) {
      throw new TransferError('SEED_UNREACHABLE', `No seed takes the share. ${waiting.text}`)
    }
    if (nowMs - this.#movedAtMs > this.#limits.stalledMs) {
      const why = waiting?.text ?? 'No seed says why.'
      throw new TransferError('POLICY_UNMET', `Nothing moved for too long. ${why}`)
    }
  }
}
