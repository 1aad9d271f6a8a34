import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { formatHex } from '../../protocol/bytes.ts'
import { parseNetwork } from '../../protocol/http/signal-json.ts'
import { readDirectory } from '../../protocol/record/directory.ts'
import type { SignalOptions } from '../../signal/options.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { networkKey } from '../protocol/record/samples.ts'
import { createRandom } from '../random.ts'
import { alpha, signInvitation } from '../signal/test-seed.ts'
import { TestSignal } from '../signal/test-signal.ts'

const ROUNDS = 5
// A clock that stands still: only what was kept on disk can make the version rise.
const server = `
  import { startSignal } from ${JSON.stringify(new URL('../../signal/signal.ts', import.meta.url).href)}
  const options = JSON.parse(process.argv[1])
  const { url } = await startSignal({ ...options, directoryIntervalMs: 0, nowMs: () => ${NOW_MS} })
  console.log(url)`

async function spawnSignal(options: SignalOptions): Promise<[ChildProcess, string]> {
  const args = ['--input-type=module', '-e', server, JSON.stringify(options)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return [child, url]
}

/** Does it again and again until the server is gone. */
async function untilGone(act: () => Promise<void>): Promise<void> {
  try {
    for (;;) await act()
  } catch (error) {
    // Killed in the middle of something, as meant.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

/** A sender of ever new states, and a reader who sees what is shown meanwhile. */
class Crowd {
  readonly shown: Uint8Array[] = []
  #stateMs = NOW_MS

  /** @param onChanged - Told once a version was shown that was not there at the start. */
  async pester(url: string, onChanged: () => void): Promise<void> {
    const before = this.shown.length
    let isTold = false
    await Promise.all([
      untilGone(async () => this.#change(url)),
      untilGone(async () => {
        await this.#look(url)
        const versions = new Set(this.shown.slice(before).map((bytes) => formatHex(bytes)))
        if (versions.size > 1 && !isTold) onChanged()
        isTold ||= versions.size > 1
      }),
    ])
  }

  async #change(url: string): Promise<void> {
    this.#stateMs += 1
    const state = this.#stateMs % 2 === 0 ? 'open' : 'full'
    const body = new Blob([alpha.state(this.#stateMs, { state })])
    const headers = { 'content-type': 'application/octet-stream' }
    await fetch(`${url}/v1/seeds/${alpha.id}/state`, { method: 'PUT', headers, body })
  }

  async #look(url: string): Promise<void> {
    const response = await fetch(`${url}/v1/network`)
    this.shown.push(parseNetwork(await response.json()).directory)
  }
}

it('F12: kill -9 of the signal server takes back no version that was shown', async () => {
  await using signal = await TestSignal.open()
  await signal.join(alpha, signInvitation('alpha'))
  await signal.stop()
  const random = createRandom(12)
  const crowd = new Crowd()
  for (let round = 0; round < ROUNDS; round += 1) {
    const [child, url] = await spawnSignal(signal.options)
    await crowd.pester(url, () => setTimeout(() => child.kill('SIGKILL'), random() * 200))
  }
  await signal.start()
  const last = parseNetwork((await signal.app.inject('/v1/network')).json()).directory
  const shown = [...crowd.shown, last]
  const versions = shown.map((directory) => readDirectory(directory, networkKey).version)
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
  // One version is one directory.
  expect(new Set(versions).size).toBe(new Set(shown.map((bytes) => formatHex(bytes))).size)
  expect(new Set(versions).size).toBeGreaterThan(ROUNDS)
})
