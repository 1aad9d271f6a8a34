import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base64urlnopad } from '@scure/base'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import type { FatalError } from '../../seed/fatal-error.ts'
import { startSeed, type RunningSeed } from '../../seed/seed.ts'
import type { SeedLogLine } from '../../seed/seed-log.ts'
import type { SeedOptions } from '../../seed/seed-options.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { NETWORK_SECRET, type SentShare } from './sent-share.ts'
import { SEED_SECRET } from './test-store.ts'

type Ask = Readonly<{
  method?: string
  body?: Bytes | string
  headers?: Record<string, string>
  /** Instead of the share's own token; none if empty. */
  authorization?: string
}>

/** A running seed with a folder of its own, asked over HTTP as a client would. */
export class TestSeed implements AsyncDisposable {
  nowMs = NOW_MS
  readonly fatal: FatalError[] = []
  readonly log: SeedLogLine[] = []
  readonly dir: string
  readonly #options: Partial<SeedOptions>
  #seed: RunningSeed | undefined

  private constructor(dir: string, options: Partial<SeedOptions>) {
    this.dir = dir
    this.#options = options
  }

  static async start(options: Partial<SeedOptions> = {}): Promise<TestSeed> {
    const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'skerry-seed-')))
    const seed = new TestSeed(dir, options)
    await seed.restart()
    return seed
  }

  get running(): RunningSeed {
    if (this.#seed === undefined) throw new Error('the test seed is stopped')
    return this.#seed
  }

  get url(): string {
    return this.running.url
  }

  async restart(): Promise<void> {
    await this.stop()
    this.#seed = await startSeed({
      dir: this.dir,
      key: SEED_SECRET,
      networkKey: publicKeyOf(NETWORK_SECRET),
      nowMs: () => this.nowMs,
      log: (line) => this.log.push(line),
      onFatal: (error) => this.fatal.push(error),
      ...this.#options,
      limits: { reserveBytes: 0, scrubBytesPerSecond: 0, ...this.#options.limits },
    })
  }

  async stop(): Promise<void> {
    await this.#seed?.[Symbol.asyncDispose]()
    this.#seed = undefined
  }

  /** Asks for a path below the share, such as `/data`; the share itself if empty. */
  ask(share: SentShare, path: string, options: Ask = {}): Promise<Response> {
    const { method = 'GET', body, headers = {} } = options
    const token = options.authorization ?? `Bearer ${base64urlnopad.encode(share.readToken)}`
    const authorization: Record<string, string> = token === '' ? {} : { authorization: token }
    return fetch(`${this.url}/v1/shares/${share.id}${path}`, {
      method,
      headers: { ...authorization, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Blob([body]) }),
    })
  }

  create(share: SentShare): Promise<Response> {
    return this.ask(share, '', {
      method: 'PUT',
      body: concat(share.owner.genesisBytes, share.grant),
    })
  }

  putCheckpoint(share: SentShare, message: Bytes): Promise<Response> {
    return this.ask(share, '/checkpoint', { method: 'PUT', body: message })
  }

  putIndex(share: SentShare, index: Bytes = share.index): Promise<Response> {
    return this.ask(share, '/index', { method: 'PUT', body: index })
  }

  /** Chunks `first` to `last` of the share, or other bytes in their place. */
  patch(share: SentShare, first: number, last: number, bytes?: Bytes): Promise<Response> {
    const { start, end } = share.upload(first, last)
    return this.ask(share, '/data', {
      method: 'PATCH',
      body: bytes ?? concat(...share.chunks.slice(first, last + 1)),
      headers: { 'content-range': `bytes ${start}-${end}/*` },
    })
  }

  /** Sends all of it and says whether every answer was good. */
  async send(share: SentShare): Promise<boolean> {
    const answers = [
      await this.create(share),
      await this.putCheckpoint(share, share.sealed()),
      await this.putIndex(share),
    ]
    for (const [first, last] of share.extents) answers.push(await this.patch(share, first, last))
    return answers.every(({ ok }) => ok)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.#options.dir === undefined) await rm(this.dir, { recursive: true })
  }
}

export async function bytesOf(response: Response): Promise<Bytes> {
  return new Uint8Array(await response.arrayBuffer())
}

/** Status and code of an answer that says what failed. */
export async function refusalOf(response: Response): Promise<[status: number, code: unknown]> {
  const body: unknown = await response.json()
  const hasCode = typeof body === 'object' && body !== null && 'code' in body
  return [response.status, hasCode ? body.code : undefined]
}
