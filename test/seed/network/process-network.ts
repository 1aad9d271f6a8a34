import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base64urlnopad } from '@scure/base'
import {
  startSeedProcess,
  type SeedProcess,
  type SeedProcessOptions,
} from '../../../seed/seed-process.ts'
import type { SeedLogLine } from '../../../seed/seed-log.ts'
import { invite } from '../../../signal/invitation.ts'
import { startSignal, type RunningSignal } from '../../../signal/signal.ts'
import { freePort } from '../../../skerry-ports.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { NETWORK_SECRET } from '../sent-share.ts'
import { quickTiming } from '../custody/custody-network.ts'

const timing = { ...quickTiming, stateMs: 500, statePollMs: 50, directoryMs: 100 }

/** A real signal server and real seed processes that join it, each with folders of its own. */
export class ProcessNetwork implements AsyncDisposable {
  readonly dir: string
  readonly log: SeedLogLine[] = []
  readonly #stack = new AsyncDisposableStack()
  readonly #startedMs = performance.now()
  #signal: RunningSignal | undefined
  #port = 0

  private constructor(dir: string) {
    this.dir = dir
  }

  static async start(): Promise<ProcessNetwork> {
    const network = new ProcessNetwork(await mkdtemp(join(tmpdir(), 'skerry-network-')))
    await mkdir(join(network.dir, 'keys'))
    await writeFile(network.#keyFile, base64urlnopad.encode(NETWORK_SECRET))
    await network.startSignal()
    return network
  }

  readonly nowMs = (): number => Math.floor(NOW_MS + performance.now() - this.#startedMs)

  get signalUrl(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get #keyFile(): string {
    return join(this.dir, 'keys', 'signal.key')
  }

  async startSignal(): Promise<void> {
    // Of its own, also while it is stopped.
    if (this.#port === 0) this.#port = await freePort()
    this.#signal = await startSignal({
      dir: join(this.dir, 'signal'),
      keyFile: this.#keyFile,
      name: 'Test',
      host: '127.0.0.1',
      port: this.#port,
      isLoopback: true,
      directoryIntervalMs: 100,
      stateGraceMs: 2000,
      nowMs: this.nowMs,
    })
  }

  async stopSignal(): Promise<void> {
    await this.#signal?.close()
    this.#signal = undefined
  }

  invite(jurisdiction: string, operator: string): Promise<string> {
    const { signalUrl: url, nowMs } = this
    return invite({ keyFile: this.#keyFile, url, jurisdiction, operator, nowMs })
  }

  /** A seed of its own operator; started again under the same name, it is the same seed. */
  async seed(name: string, options: Partial<SeedProcessOptions> = {}): Promise<SeedProcess> {
    const seed = await startSeedProcess({
      dir: join(this.dir, name, 'data'),
      identityDir: join(this.dir, name, 'identity'),
      nowMs: this.nowMs,
      port: await freePort(),
      timing,
      limits: { reserveBytes: 0, scrubBytesPerSecond: 0 },
      log: (line) => this.log.push(line),
      ...options,
    })
    return this.#stack.use(seed)
  }

  /** Joins a new one. */
  async join(name: string, jurisdiction: string): Promise<SeedProcess> {
    return this.seed(name, { invitation: await this.invite(jurisdiction, name) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
    await this.stopSignal()
    await rm(this.dir, { recursive: true, force: true })
  }
}
