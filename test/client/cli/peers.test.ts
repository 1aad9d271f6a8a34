import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runDelete } from '../../../client/cli/delete.ts'
import { runGet } from '../../../client/cli/get.ts'
import { runHelpShare } from '../../../client/cli/help-share.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { runSend, type SendOptions } from '../../../client/cli/send.ts'
import type { CommandContext } from '../../../client/cli/send-watch.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { randomBytes } from '../memory-files.ts'
import { nativeWebRtc, RtcEnd } from '../net/rtc-pair.ts'
import { WholeNetwork } from '../whole-network.ts'

const openRtc = async () => new RtcEnd(await nativeWebRtc()).port

/** A command that goes on until it is stopped. */
class Running<Options> implements AsyncDisposable {
  readonly said: CliEvent[] = []
  readonly #stop = new AbortController()
  readonly done: Promise<void>

  constructor(
    command: (options: Options, context: CommandContext) => Promise<void>,
    options: Options,
  ) {
    const output = { event: (event: CliEvent): void => void this.said.push(event) }
    this.done = command(options, { output, signal: this.#stop.signal, openRtc })
  }

  get given(): number {
    return this.said.findLast((event) => event.event === 'serving')?.givenBytes ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('seen enough'))
    await this.done.catch(() => undefined)
  }
}

let network: WholeNetwork

beforeAll(async () => {
  network = await WholeNetwork.start('NZ', 'DE')
})
afterAll(() => network[Symbol.asyncDispose]())

type Sent = Readonly<{ link: string; tokenFile: string; ownerFile: string }>

/** Stores a file. @returns Its link, and where its tokens lie. */
async function send(
  name: string,
  content: Bytes,
  options: Partial<SendOptions> = {},
): Promise<Sent> {
  const path = network.path(name)
  await writeFile(path, content)
  const sending = { paths: [path], network: network.signal.url, expiresInMs: 3_600_000 }
  const said = await network.run(runSend, { ...sending, replicas: 2, deny: [], ...options })
  const tokens = said.find((event) => event.event === 'link')
  const { link, owner, helper } = tokens ?? { link: '', owner: '', helper: '' }
  const [tokenFile, ownerFile] = [network.path(`${name} helper`), network.path(`${name} owner`)]
  await writeFile(tokenFile, helper)
  await writeFile(ownerFile, owner)
  return { link, tokenFile, ownerFile }
}

const isServing = ({ said }: { said: readonly CliEvent[] }): boolean =>
  said.some(({ event }) => event === 'serving')

it('helps to carry no share that its sender gave to seeds alone', async () => {
  const { tokenFile } = await send('alone', randomBytes(10, 1), { peers: false })
  await using helper = new Running(runHelpShare, { tokenFile, capacityBytes: 1e9 })
  await expect(helper.done).rejects.toMatchObject({ code: 'POLICY_UNMET' })
  expect(JSON.stringify(helper.said)).not.toContain('Helping')
})

it('ends once it is complete where it may not go on serving, and says why', async () => {
  const { link } = await send('seeds', randomBytes(10, 6), { peers: false })
  const options = { link, outputDir: network.path('seeds saved'), keepServing: true }
  await using serving = new Running(runGet, options)
  await serving.done
  const message = expect.stringMatching(/^The sender .* nothing is served/) as string
  expect(serving.said.at(-1)).toEqual({ event: 'note', message })
})

it('ends once it is complete where it cannot go on serving, and says why', async () => {
  const { link } = await send('no WebRTC', randomBytes(10, 7))
  const outputDir = network.path('no WebRTC saved')
  const said = await network.run(runGet, { link, outputDir, keepServing: true })
  const message = 'There is no WebRTC for this machine: it cannot serve others.'
  expect(said.at(-1)).toEqual({ event: 'note', message })
})

it('serves a share no longer than it lasts, and says how it ended', async () => {
  const { link, tokenFile, ownerFile } = await send('over', randomBytes(10, 2))
  await using helper = new Running(runHelpShare, { tokenFile, capacityBytes: 1e9 })
  const outputDir = network.path('over saved')
  await using serving = new Running(runGet, { link, outputDir, keepServing: true })
  await expect.poll(() => isServing(helper) && isServing(serving)).toBe(true)
  await network.run(runDelete, { tokenFile: ownerFile })
  await Promise.all([helper.done, serving.done])
  const message = 'The sender deleted this share. It is not served any more.'
  for (const { said } of [helper, serving]) expect(said.at(-1)).toEqual({ event: 'note', message })
})

it('ends where the share expires', async () => {
  const { tokenFile } = await send('brief', randomBytes(10, 3), { expiresInMs: 8000 })
  const options = { tokenFile, capacityBytes: 1e9, lookMs: 1000 }
  await using helper = new Running(runHelpShare, options)
  await helper.done
  const message = 'This share has expired. It is not served any more.'
  expect(helper.said.at(-1)).toEqual({ event: 'note', message })
})

it('helps and goes on serving over real WebRTC, when no seed is left', async () => {
  await using stack = new AsyncDisposableStack()
  const content = randomBytes(3_000_000, 5)
  const { link, tokenFile } = await send('film.mp4', content)
  const helper = new Running(runHelpShare, { tokenFile, capacityBytes: 1e9 })
  stack.use(helper)
  // Sealed chunks go from the seeds to the helper, which has no key for them.
  const first = { link, outputDir: network.path('first'), keepServing: true }
  // It has given for today all that it may.
  const serving = new Running(runGet, { ...first, dailyBytesMax: 0 })
  stack.use(serving)
  await expect.poll(() => serving.said.some(({ event }) => event === 'complete')).toBe(true)
  await Promise.all(network.seeds.map((seed) => seed[Symbol.asyncDispose]()))

  const output = { event: () => undefined }
  const { signal } = new AbortController()
  // What the helper has is no link: neither it nor anybody else can read with it.
  const wrong = { link: `@${tokenFile}`, outputDir: network.path('second') }
  await expect(runGet(wrong, { output, signal })).rejects.toMatchObject({ code: 'LINK_WRONG_KIND' })
  const second = { link, outputDir: network.path('second') }
  await runGet(second, { output, signal, openRtc })
  const saved = await readFile(network.path('second', 'film.mp4'))
  expect(Buffer.compare(saved, content)).toBe(0)
  await expect.poll(() => helper.given).toBeGreaterThanOrEqual(content.length)
  // Hashes and the index count, and a little of them is given all the same.
  expect(serving.given).toBeLessThan(262_144)
})
