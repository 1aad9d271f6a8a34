import type { ShareSession } from '../engine/receive/share-session.ts'
import type { ShareHelper } from '../engine/swarm/share-helper.ts'
import { waitText } from '../worker/wait-text.ts'
import type { CommandSwarm } from './command-swarm.ts'
import type { CliEvent, Output } from './output.ts'
import { openingText, withFaults } from './wait-reasons.ts'

type Serving = Extract<CliEvent, { event: 'serving' }>

type Watched = Readonly<{
  swarm: CommandSwarm
  session: ShareSession
  output: Output
  /** Fetches what it serves; undefined where all of it is here. */
  helper?: ShareHelper | undefined
}>

const TICK_MS = 1000
/** So often it is said how it goes. */
const TICKS_QUIET = 5

/** Says how serving others goes, and at once why nothing comes that could be served. */
export class ServingWatch implements Disposable {
  readonly #watched: Watched
  readonly #ticking: ReturnType<typeof setInterval>
  #ticks = 0
  /** Of the last look: a wait of one look is not worth a word. */
  #seenNote: string | undefined
  #saidNote: string | undefined

  constructor(watched: Watched) {
    this.#watched = watched
    this.#ticking = setInterval(() => this.#tick(), TICK_MS)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticking)
  }

  tell(): void {
    const { swarm, helper, output } = this.#watched
    const { peerCount: peers = 0, givenBytes = 0 } = swarm.state ?? {}
    const note = this.#saidNote
    const serving: Serving = { event: 'serving', peers, givenBytes, ...helper?.kept }
    output.event(note === undefined ? serving : { ...serving, note })
  }

  #tick(): void {
    this.#ticks += 1
    const seen = this.#note()
    const note = seen === this.#seenNote ? seen : this.#saidNote
    this.#seenNote = seen
    if (note === this.#saidNote && this.#ticks % TICKS_QUIET !== 0) return
    this.#saidNote = note
    this.tell()
  }

  #note(): string | undefined {
    const { session, helper } = this.#watched
    if (helper === undefined) return undefined
    const { totalBytes = 0 } = helper.kept
    if (totalBytes === 0) return openingText(session)
    return withFaults(waitText(helper.wait), session)
  }
}
