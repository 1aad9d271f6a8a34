import { TransferError } from '../../../protocol/errors.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { delay } from '../delay.ts'
import { signedEnd } from '../net/seed-client.ts'
import { SeedWriter } from '../net/seed-writer.ts'
import type { UploadBody } from '../net/upload-body.ts'
import { backoffMs, randomFraction } from './backoff.ts'
import type { Cargo } from './cargo.ts'
import type { Upload } from './lane.ts'
import { LaneSession, type LanePorts, type LaneReport } from './lane-session.ts'
import { restMs, troubleOf, type LaneTrouble } from './lane-trouble.ts'

export type LaneRunnerSetup = Readonly<{
  seed: Seed
  cargo: Cargo
  ports: LanePorts
  report: (report: LaneReport) => void
}>

const STEADY_MS = 10_000

/** Keeps one seed in reach for as long as the share is sent: when it fails, it is tried again. */
export class LaneRunner {
  readonly #setup: LaneRunnerSetup
  #client: SeedWriter
  #urls: readonly string[]
  #session: LaneSession | undefined
  /** Ends what is under way at the old address. */
  #move = new AbortController()

  constructor(setup: LaneRunnerSetup) {
    this.#setup = setup
    this.#urls = setup.seed.urls
    this.#client = this.#createClient()
  }

  /** Runs until `signal` aborts. Rejects only at a mistake of ours. */
  async run(signal: AbortSignal): Promise<void> {
    const { cargo, ports, report } = this.#setup
    let isNew = cargo.isNew
    let answeredAtMs = ports.nowMs()
    for (let tries = 0; !signal.aborted;) {
      this.#move = new AbortController()
      const here = AbortSignal.any([signal, this.#move.signal])
      const session = this.#openSession(here)
      const startMs = ports.nowMs()
      try {
        await session.run(isNew)
      } catch (cause) {
        if (signal.aborted) return
        isNew = false
        // One that answers and then takes nothing is not there yet.
        const isSteady = (session.answeredAtMs ?? 0) - startMs > STEADY_MS
        tries = session.isUseful || isSteady ? 1 : tries + 1
        answeredAtMs = session.answeredAtMs ?? answeredAtMs
        const trouble = this.#judge(cause)
        report({ type: 'down', trouble, sinceMs: answeredAtMs })
        await delay(
          restMs(trouble, backoffMs(tries, randomFraction(ports.randomBytes))),
          here,
        ).catch(() => undefined)
      }
    }
  }

  /** The directory lists it elsewhere now: it is tried there at once. */
  relocate(urls: readonly string[]): void {
    if (urls.join(' ') === this.#urls.join(' ')) return
    this.#urls = urls
    this.#client = this.#createClient()
    this.#move.abort(new TransferError('SEED_UNREACHABLE', 'It has moved.'))
  }

  /** A newer checkpoint is there. */
  wake(): void {
    this.#session?.wake()
  }

  /** Resolves when the chunks are no longer needed, whatever became of them. */
  async upload(upload: Upload, content: UploadBody): Promise<void> {
    await this.#session?.upload(upload, content)
  }

  #createClient(): SeedWriter {
    const { shareId, readToken } = this.#setup.cargo
    return new SeedWriter({ urls: this.#urls, shareId }).authorize(readToken)
  }

  #openSession(signal: AbortSignal): LaneSession {
    const { cargo, ports, report } = this.#setup
    this.#session = new LaneSession({ client: this.#client, cargo, ports, report }, signal)
    return this.#session
  }

  /** A seed alone cannot say that a share has ended: it must show the owner's word. */
  #judge(cause: unknown): LaneTrouble {
    const trouble = troubleOf(cause)
    if (trouble.kind !== 'over') return trouble
    const { shareId, ownerPublicKey, latest } = this.#setup.cargo
    const end = signedEnd(trouble.error, shareId, ownerPublicKey)?.checkpoint
    if (end?.state === 'deleted') return trouble
    // It ran out there: either it did, or that seed's clock is ahead, or it missed an extension.
    const isOver = end !== undefined && end.expiresAtMs >= (latest?.checkpoint.expiresAtMs ?? 0)
    if (isOver && end.expiresAtMs <= this.#setup.ports.nowMs()) return trouble
    const message = `It says that the share has ended, and does not show the sender's word for it.`
    return { kind: 'refused', error: new TransferError('ANSWER_INVALID', message) }
  }
}
