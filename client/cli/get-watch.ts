import { TransferError } from '../../protocol/errors.ts'
import { AwakeTime } from '../engine/awake-time.ts'
import type { Download } from '../engine/receive/download.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { formatDuration } from '../words.ts'
import { RateMeter } from '../worker/rate-meter.ts'
import { waitText } from '../worker/wait-text.ts'
import type { Output } from './output.ts'
import { openingText, withFaults } from './wait-reasons.ts'

/** When waiting makes no sense any more; a command must end some time. */
export type GetPatience = Readonly<{
  /** Nobody knows the share: it may be so young that no seed was told of it yet. */
  missingMs: number
  /** Nothing new came. */
  stalledMs: number
}>

export const usualPatience: GetPatience = { missingMs: 60_000, stalledMs: 600_000 }

type Watched = Readonly<{
  session: ShareSession
  output: Output
  /** The link names another network than the one that was asked. */
  isElsewhere: boolean
  patience: GetPatience
}>

const TICK_MS = 250
/** A wait shorter than this is not worth a word. */
const QUIET_MS = 1500

/** Says how a `get` goes, four times a second, and ends its session when waiting makes no sense any more. */
export class GetWatch implements Disposable {
  readonly #watched: Watched
  readonly #rate = new RateMeter()
  readonly #startMs = performance.now()
  readonly #awake = new AwakeTime(this.#startMs)
  readonly #ticking: ReturnType<typeof setInterval>
  #download: Download | undefined
  #doneBytes = 0
  #movedMs = this.#startMs
  #waitingMs: number | undefined
  #said: string | undefined
  #busyWith: string | undefined

  constructor(watched: Watched) {
    this.#watched = watched
    this.#ticking = setInterval(() => this.tick(), TICK_MS)
  }

  /** @param text - What this machine has to do first, while nobody else is waited for; undefined once it is done. */
  busyWith(text: string | undefined): void {
    this.#busyWith = text
  }

  /** From now on there are bytes to count. */
  follow(download: Download): void {
    this.#download = download
    this.#movedMs = this.#awake.at(performance.now())
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticking)
  }

  tick(): void {
    const nowMs = this.#awake.at(performance.now())
    const note = this.#note(nowMs)
    if (this.#download === undefined) this.#say(note)
    else this.#progress(this.#download, note, nowMs)
    const reason = this.#reasonToEnd(nowMs)
    if (reason !== undefined) this.#watched.session.end(reason)
  }

  #progress(download: Download, note: string | undefined, nowMs: number): void {
    const { doneBytes, totalBytes } = download
    this.#rate.count(doneBytes, nowMs)
    if (doneBytes > this.#doneBytes) this.#movedMs = nowMs
    this.#doneBytes = doneBytes
    const secondsLeft = this.#rate.secondsFor(totalBytes - doneBytes)
    this.#watched.output.event({
      event: 'progress',
      doneBytes,
      totalBytes,
      bytesPerSecond: Math.round(this.#rate.bytesPerSecond),
      ...(secondsLeft === undefined ? {} : { secondsLeft: Math.ceil(secondsLeft) }),
      ...(note === undefined ? {} : { note }),
    })
  }

  #say(note: string | undefined): void {
    if (note !== undefined && note !== this.#said) {
      this.#watched.output.event({ event: 'note', message: note })
    }
    this.#said = note
  }

  /** Why it waits, if it has for a while. */
  #note(nowMs: number): string | undefined {
    const text = this.#waitText()
    if (text === undefined) this.#waitingMs = undefined
    else this.#waitingMs ??= nowMs
    return nowMs - (this.#waitingMs ?? nowMs) < QUIET_MS ? undefined : text
  }

  #waitText(): string | undefined {
    const { session } = this.#watched
    if (this.#download === undefined) return this.#busyWith ?? openingText(session)
    return withFaults(waitText(this.#download.wait), session)
  }

  #reasonToEnd(nowMs: number): TransferError | undefined {
    const { session, isElsewhere, patience } = this.#watched
    const { verdict } = session
    if (verdict !== undefined && verdict.code !== 'SHARE_MISSING') return verdict
    if (verdict !== undefined && isElsewhere) return elsewhere(verdict)
    if (verdict !== undefined && nowMs - this.#startMs > patience.missingMs) return verdict
    return nowMs - this.#movedMs > patience.stalledMs ? this.#stalled() : undefined
  }

  #stalled(): TransferError {
    const { session, patience } = this.#watched
    const span = formatDuration(patience.stalledMs / 1000)
    const next = 'What was received is kept: run the same command again to go on.'
    const why = this.#waitText()
    const isSender = this.#download?.wait?.reason === 'unpublished'
    const code = isSender ? 'CHUNK_MISSING' : 'SEED_UNREACHABLE'
    const issuedAtMs = isSender ? session.record.accepted?.checkpoint.issuedAtMs : undefined
    const last =
      issuedAtMs === undefined
        ? ''
        : ` Their last update is of ${new Date(issuedAtMs).toISOString()}.`
    return new TransferError(code, `Nothing new came for ${span}. ${why ?? ''}${last} ${next}`)
  }
}

function elsewhere(cause: TransferError): TransferError {
  const message =
    'No seed of the given network knows this share, and its link names another network. Leave out --network.'
  return new TransferError('NETWORK_MISMATCH', message, { cause })
}
