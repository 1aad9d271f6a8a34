import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeedWriter } from '../../../client/engine/net/seed-writer.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import type { Directory } from '../../../protocol/record/directory.ts'
import { seedIdOf, type SeedId } from '../../../protocol/seed-id.ts'
import { CustodyLoop } from '../../../seed/custody/custody-loop.ts'
import type { Share } from '../../../seed/catalog/share.ts'
import type { SeedLimits } from '../../../seed/seed-limits.ts'
import { startSeed, type RunningSeed } from '../../../seed/seed.ts'
import type { SeedTiming } from '../../../seed/seed-timing.ts'
import { freePort } from '../../../skerry-ports.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { createRandom } from '../../random.ts'
import { NETWORK_SECRET, type SentShare } from '../sent-share.ts'

export type CustodySeedOptions = Readonly<{
  name: string
  timing: SeedTiming
  /** By the clock of the network; the seed's own is `skewMs` ahead. */
  nowMs: () => number
  skewMs: number
  limits?: Partial<SeedLimits>
}>

/** A real seed on a real disk with a real custody loop, that can be stopped, emptied and started again. */
export class CustodySeed implements AsyncDisposable {
  readonly name: string
  readonly key: Bytes
  readonly publicKey: Bytes
  readonly id: SeedId
  readonly dir: string
  /** What went wrong inside, and nobody waited for. */
  readonly errors: unknown[] = []
  readonly #options: CustodySeedOptions
  #running: RunningSeed | undefined
  #loop: CustodyLoop | undefined
  #port = 0

  private constructor(dir: string, options: CustodySeedOptions) {
    this.dir = dir
    this.name = options.name
    this.key = fixedBytes(`seed ${options.name}`)
    this.publicKey = publicKeyOf(this.key)
    this.id = seedIdOf(this.publicKey)
    this.#options = options
  }

  static async start(options: CustodySeedOptions): Promise<CustodySeed> {
    const seed = new CustodySeed(await mkdtemp(join(tmpdir(), 'skerry-custody-')), options)
    await seed.start()
    return seed
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get isUp(): boolean {
    return this.#running !== undefined
  }

  get running(): RunningSeed {
    if (this.#running === undefined) throw new Error(`${this.name} is stopped`)
    return this.#running
  }

  get summary(): Readonly<Record<string, unknown>> {
    return this.#loop?.summarize() ?? {}
  }

  /** @param directory - What it reads first; custody waits for one. */
  async start(directory?: Directory): Promise<void> {
    // Of its own, also while it is stopped.
    if (this.#port === 0) this.#port = await freePort()
    const { timing, nowMs, skewMs, name, limits } = this.#options
    this.#running = await startSeed({
      dir: join(this.dir, 'data'),
      key: this.key,
      networkKey: publicKeyOf(NETWORK_SECRET),
      port: this.#port,
      nowMs: () => nowMs() + skewMs,
      limits: { reserveBytes: 0, scrubBytesPerSecond: 0, ...limits },
      onFatal: (error) => this.errors.push(error),
      custody: (deps) => {
        const random = createRandom(name.length)
        const onError = (error: unknown): void => void this.errors.push(error)
        const options = {
          timing,
          fillTiming: timing,
          random,
          kept: undefined,
          keep: keepNothing,
          onError,
        }
        this.#loop = new CustodyLoop(deps, options)
        return this.#loop
      },
    })
    if (directory !== undefined) this.learn(directory)
  }

  learn(directory: Directory): void {
    this.#loop?.learn(directory)
  }

  async stop(): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
    this.#running = undefined
    this.#loop = undefined
  }

  /** Its whole data folder is lost. */
  async empty(): Promise<void> {
    await rm(join(this.dir, 'data'), { recursive: true, force: true })
  }

  /** A client that may read and write the share here. */
  client(share: SentShare): SeedWriter {
    return new SeedWriter({ urls: [this.url], shareId: share.id }).authorize(share.readToken)
  }

  async find(share: SentShare): Promise<Share | undefined> {
    return this.#running?.shares.find(share.id)
  }

  async isWhole(share: SentShare): Promise<boolean> {
    return (await this.find(share))?.isComplete ?? false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.dir, { recursive: true, force: true })
  }
}

async function keepNothing(): Promise<void> {
  // A test that restarts a seed starts its patience anew.
}
