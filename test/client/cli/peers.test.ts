import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { runGet } from '../../../client/cli/get.ts'
import { runHelpShare } from '../../../client/cli/help-share.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { runSend } from '../../../client/cli/send.ts'
import type { CommandContext } from '../../../client/cli/send-watch.ts'
import { randomBytes } from '../memory-files.ts'
import { nativeWebRtc, RtcEnd } from '../net/rtc-pair.ts'
import { WholeNetwork } from '../whole-network.ts'

const openRtc = async () => new RtcEnd(await nativeWebRtc()).port

/** A command that goes on until it is stopped. */
class Running<Options> implements AsyncDisposable {
  readonly said: CliEvent[] = []
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  constructor(
    command: (options: Options, context: CommandContext) => Promise<void>,
    options: Options,
  ) {
    const output = { event: (event: CliEvent): void => void this.said.push(event) }
    this.#done = command(options, { output, signal: this.#stop.signal, openRtc })
  }

  get given(): number {
    return this.said.findLast((event) => event.event === 'serving')?.givenBytes ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('seen enough'))
    await this.#done
  }
}

it('helps and goes on serving over real WebRTC, when no seed is left', async () => {
  await using network = await WholeNetwork.start('NZ', 'DE')
  await using stack = new AsyncDisposableStack()
  const file = network.path('film.mp4')
  const content = randomBytes(3_000_000, 5)
  await writeFile(file, content)
  const said: CliEvent[] = []
  const output = { event: (event: CliEvent): void => void said.push(event) }
  const { signal } = new AbortController()
  const sending = { paths: [file], network: network.signal.url, expiresInMs: 3_600_000 }
  await runSend({ ...sending, replicas: 2, deny: [] }, { output, signal, openRtc })
  const link = said.find((event) => event.event === 'link')
  const tokenFile = network.path('helper')
  await writeFile(tokenFile, link?.helper ?? '')

  const helper = new Running(runHelpShare, { tokenFile, capacityBytes: 1e9 })
  stack.use(helper)
  // Sealed chunks go from the seeds to the helper, which has no key for them.
  const first = { link: link?.link ?? '', outputDir: network.path('first'), keepServing: true }
  const serving = new Running(runGet, first)
  stack.use(serving)
  await expect.poll(() => serving.said.some(({ event }) => event === 'complete')).toBe(true)
  await Promise.all(network.seeds.map((seed) => seed[Symbol.asyncDispose]()))

  const second = { link: link?.link ?? '', outputDir: network.path('second') }
  await runGet(second, { output, signal, openRtc })
  const saved = await readFile(network.path('second', 'film.mp4'))
  expect(Buffer.compare(saved, content)).toBe(0)
  await expect.poll(() => helper.given + serving.given).toBeGreaterThanOrEqual(content.length)
})
