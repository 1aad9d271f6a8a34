import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { base64urlnopad } from '@scure/base'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Bytes } from '../../protocol/bytes.ts'
import { parseJoinAnswer, parseNetwork } from '../../protocol/http/signal-json.ts'
import { DIRECTORY_INTERVAL_MS } from '../../protocol/limits.ts'
import { readDirectory, type Directory } from '../../protocol/record/directory.ts'
import { openSignal, type OpenSignal } from '../../signal/open-signal.ts'
import type { LogLine, SignalOptions } from '../../signal/options.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { networkKey, networkSecret } from '../protocol/record/samples.ts'
import { alpha, signInvitation, type TestInvitation, type TestSeed } from './test-seed.ts'

/** A signal server in a folder of its own, that does not listen, under a clock that stands still. */
export class TestSignal implements AsyncDisposable {
  readonly folder: string
  readonly options: SignalOptions
  readonly lines: LogLine[] = []
  nowMs = NOW_MS
  #opened: OpenSignal | undefined

  private constructor(folder: string, changes: Partial<SignalOptions>) {
    this.folder = folder
    this.options = {
      dir: join(folder, 'signal'),
      keyFile: join(folder, 'keys', 'signal.key'),
      name: 'Test network',
      host: '127.0.0.1',
      port: 0,
      nowMs: () => this.nowMs,
      log: (line) => this.lines.push(line),
      ...changes,
    }
  }

  /** Its network key is the one of `samples.ts`. */
  static async open(changes: Partial<SignalOptions> = {}): Promise<TestSignal> {
    const signal = new TestSignal(await mkdtemp(join(tmpdir(), 'skerry-signal-')), changes)
    await mkdir(join(signal.folder, 'keys'))
    await writeFile(signal.options.keyFile, base64urlnopad.encode(networkSecret))
    try {
      await signal.start()
      return signal
    } catch (error) {
      await rm(signal.folder, { recursive: true })
      throw error
    }
  }

  /** With alpha joined and open. */
  static async openWithAlpha(): Promise<TestSignal> {
    const signal = await TestSignal.open()
    await signal.join(alpha, signInvitation('alpha'))
    signal.nowMs += DIRECTORY_INTERVAL_MS
    await signal.putState(alpha, alpha.state(signal.nowMs))
    return signal
  }

  get app(): FastifyInstance {
    if (this.#opened === undefined) throw new Error('stopped')
    return this.#opened.app
  }

  async start(): Promise<void> {
    this.#opened = await openSignal(this.options)
  }

  async stop(): Promise<void> {
    await this.#opened?.[Symbol.asyncDispose]()
    this.#opened = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true })
  }

  async directory(): Promise<Directory> {
    const response = await this.app.inject('/v1/network')
    return readDirectory(parseNetwork(response.json()).directory, networkKey)
  }

  /** State of each listed seed by its id. */
  async listed(): Promise<Record<string, string>> {
    const { seeds } = await this.directory()
    return Object.fromEntries(seeds.map(({ id, state }) => [id, state]))
  }

  async post(url: string, body: unknown): Promise<LightMyRequestResponse> {
    const headers = { 'content-type': 'application/json' }
    return this.app.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) })
  }

  /** @returns The certificate record. */
  async join(seed: TestSeed, invitation: TestInvitation): Promise<Bytes> {
    return parseJoinAnswer((await this.post('/v1/seeds', seed.join(invitation))).json()).certificate
  }

  async putState(seed: Pick<TestSeed, 'id'>, record: Bytes): Promise<LightMyRequestResponse> {
    return this.app.inject({
      method: 'PUT',
      url: `/v1/seeds/${seed.id}/state`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from(record),
    })
  }
}
