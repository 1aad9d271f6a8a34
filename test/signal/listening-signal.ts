import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startSignal, type RunningSignal } from '../../signal/signal.ts'
import type { SignalOptions } from '../../signal/options.ts'
import { freePort } from '../../skerry-ports.ts'
import type { TestInvitation, TestSeed } from './test-seed.ts'
import { TestSignal } from './test-signal.ts'

/** Short enough to wait for. */
export const timeouts = {
  requestTimeout: 300,
  connectionTimeout: 600,
  keepAliveTimeout: 200,
  http: { connectionsCheckingInterval: 50, headersTimeout: 200 },
}

/** A signal server on a port of its own. */
export class ListeningSignal implements AsyncDisposable {
  readonly #test: TestSignal
  #running: RunningSignal

  private constructor(test: TestSignal, running: RunningSignal) {
    this.#test = test
    this.#running = running
  }

  static async start(changes: Partial<SignalOptions> = {}): Promise<ListeningSignal> {
    // Of its own, also while it is stopped.
    const test = await TestSignal.open({ port: await freePort(), ...changes })
    await test.stop()
    return new ListeningSignal(test, await startSignal(test.options))
  }

  get options(): SignalOptions {
    return this.#test.options
  }

  get url(): string {
    return this.#running.url
  }

  /** Ends, and starts again at the same address. */
  async restart(): Promise<void> {
    await this.stop()
    await this.startAgain()
  }

  async stop(): Promise<void> {
    await this.#running.close()
  }

  async startAgain(): Promise<void> {
    this.#running = await startSignal(this.#test.options)
  }

  /** Takes a seed into the network and its directory, over HTTP. */
  async list(seed: TestSeed, invitation: TestInvitation): Promise<void> {
    const json = { 'content-type': 'application/json' }
    const body = JSON.stringify(seed.join(invitation))
    const joined = await fetch(`${this.url}/v1/seeds`, { method: 'POST', headers: json, body })
    if (!joined.ok) throw new Error(`answered ${joined.status}`)
    await this.hear(seed)
  }

  /** Hears from a seed that it is well. */
  async hear(seed: TestSeed): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' }
    const state = { method: 'PUT', headers, body: seed.state(this.#test.nowMs) }
    const heard = await fetch(`${this.url}/v1/seeds/${seed.id}/state`, state)
    if (!heard.ok) throw new Error(`answered ${heard.status}`)
  }

  /** Sends the parts, one after the other with `pauseMs` between them. @returns All that came back until the end. */
  async talk(parts: Iterable<string>, pauseMs = 0): Promise<string> {
    const socket = connect(Number(new URL(this.url).port), '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    // A server that has had enough resets the connection: `close` follows.
    socket.on('error', () => socket.destroy())
    const closed = new Promise((resolve) => socket.on('close', resolve))
    for (const part of parts) {
      if (socket.destroyed) break
      socket.write(part)
      if (pauseMs > 0) await Promise.race([closed, sleep(pauseMs)])
    }
    await closed
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.close()
    await this.#test[Symbol.asyncDispose]()
  }
}
