import { createHmac, randomBytes } from 'node:crypto'
import { truncatedAddress } from '../protocol/http/address.ts'
import type { Answered } from './http/observe.ts'
import type { ShareEvent } from './share/share-events.ts'

/**
 * One line for one outcome. Ids of shares are hashed with a key that lives as long as the process, addresses are
 * truncated, and tokens and paths are not in it.
 */
export type SeedLogLine =
  | Readonly<{
      event: 'answered'
      method: string
      route: string
      status: number
      isFinished: boolean
      ms: number
      share: string | undefined
      address: string
    }>
  | Readonly<{ event: 'failed'; where: string; reason: string }>
  | Readonly<{ event: 'damaged'; share: string; chunk: number | undefined }>
  | Readonly<{ event: 'rebuilt'; shares: number; damagedFiles: number }>

export type SeedLog = (line: SeedLogLine) => void

const HASH_LENGTH = 12
const LONG_HEX = /[0-9a-f]{32,}/gi

/** Turns what happens into lines that can be kept. */
export class SeedLogger {
  readonly #log: SeedLog
  readonly #key = randomBytes(32)

  constructor(log: SeedLog) {
    this.#log = log
  }

  answered({ method, route, status, isFinished, ms, shareId, address }: Answered): void {
    const share = shareId === undefined ? undefined : this.#hash(shareId)
    const from = truncatedAddress(address)
    this.#log({ event: 'answered', method, route, status, isFinished, ms, share, address: from })
  }

  failed(where: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    // Paths of a share's files have its id in them.
    const reason = text.replaceAll(LONG_HEX, (id) => this.#hash(id))
    this.#log({ event: 'failed', where, reason })
  }

  happened(event: ShareEvent): void {
    if (event.type !== 'damaged') return
    this.#log({ event: 'damaged', share: this.#hash(event.shareId), chunk: event.index })
  }

  rebuilt(shares: number, damagedFiles: number): void {
    this.#log({ event: 'rebuilt', shares, damagedFiles })
  }

  #hash(id: string): string {
    return createHmac('sha256', this.#key).update(id).digest('hex').slice(0, HASH_LENGTH)
  }
}
