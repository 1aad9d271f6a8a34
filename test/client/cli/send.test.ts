import { mkdir, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runDelete } from '../../../client/cli/delete.ts'
import { runExtend } from '../../../client/cli/extend.ts'
import { runHeal } from '../../../client/cli/heal.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { runSend, type SendOptions } from '../../../client/cli/send.ts'
import { runStatus } from '../../../client/cli/status.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { parseTokenUrl } from '../../../protocol/token.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { randomBytes } from '../memory-files.ts'
import { HeldBodies } from '../held-bodies.ts'
import { WholeNetwork } from '../whole-network.ts'

const DAY_MS = 86_400_000
const EXTENT = 16 * 262_100
const patience = { startMs: 5000, stalledMs: 20_000 }

let network: WholeNetwork

beforeAll(async () => {
  network = await WholeNetwork.start('NZ', 'DE')
})
afterAll(() => network[Symbol.asyncDispose]())
afterEach(async () => {
  for (const name of ['in', 'owner']) await rm(network.path(name), { recursive: true, force: true })
})

async function write(name: string, bytes: Uint8Array): Promise<string> {
  await mkdir(network.path('in'), { recursive: true })
  const path = network.path('in', name)
  await writeFile(path, bytes)
  return path
}

function optionsFor(paths: readonly string[], changes: Partial<SendOptions> = {}): SendOptions {
  const { url } = network.signal
  return { paths, network: url, expiresInMs: DAY_MS, replicas: 2, deny: [], patience, ...changes }
}

function send(paths: readonly string[], changes: Partial<SendOptions> = {}): Promise<CliEvent[]> {
  return network.run(runSend, optionsFor(paths, changes))
}

/** Sends until some of it is stored, and is stopped then. @returns What it said until it was. */
async function sendPart(path: string): Promise<{ said: CliEvent[]; end: TransferError }> {
  const said: CliEvent[] = []
  const stop = new AbortController()
  using held = new HeldBodies(stop.signal)
  const output = {
    event: (event: CliEvent): void => {
      said.push(event)
      const isFar = event.event === 'progress' && event.doneBytes > 0
      if (isFar) stop.abort(new TransferError('STOPPED', 'Stopped.'))
    },
  }
  const end: unknown = await runSend(optionsFor([path]), { output, signal: stop.signal }).catch(
    (cause: unknown) => cause,
  )
  expect(held.isUsed).toBe(true)
  if (end instanceof TransferError) return { said, end }
  throw new Error('it was not stopped')
}

function saidOf<Name extends CliEvent['event']>(
  said: readonly CliEvent[],
  name: Name,
): Extract<CliEvent, { event: Name }>[] {
  return said.filter((event): event is Extract<CliEvent, { event: Name }> => event.event === name)
}

function linkOf(said: readonly CliEvent[]): string {
  return saidOf(said, 'link')[0]?.link ?? ''
}

function shareIdOf(said: readonly CliEvent[]): ShareId {
  return parseTokenUrl(linkOf(said)).token.shareId
}

async function ownerFile(said: readonly CliEvent[]): Promise<string> {
  await writeFile(network.path('owner'), `${saidOf(said, 'link')[0]?.owner}\n`)
  return network.path('owner')
}

describe('skerry send', () => {
  it('says the link first and who keeps the share last', async () => {
    const said = await send([await write('a.txt', randomBytes(1000, 1))])
    expect(said[0]?.event).toBe('link')
    const [stored] = saidOf(said, 'stored')
    expect(said.at(-1)).toBe(stored)
    expect(stored?.belowPolicy).toBe(false)
    const places = stored?.seeds.map(({ operator, jurisdiction }) => `${operator} ${jurisdiction}`)
    expect(new Set(places)).toEqual(new Set(['Operator 0 NZ', 'Operator 1 DE']))
    expect(await readdir(network.path('home', 'sends'))).toEqual([])
  })

  it('says that a share is stored once where that was chosen', async () => {
    const said = await send([await write('a.txt', randomBytes(10, 1))], { replicas: 1 })
    expect(saidOf(said, 'stored')[0]).toMatchObject({ belowPolicy: true })
  })

  it('goes on with the same share when the same command is given again', async () => {
    const path = await write('big', randomBytes(6 * EXTENT, 1))
    const { said: first, end } = await sendPart(path)
    expect(end.message).toMatch(/^Stopped\. The seeds hold .* of it\.$/)
    const second = await send([path])
    expect(linkOf(second)).toBe(linkOf(first))
    expect(saidOf(second, 'note')[0]?.message).toMatch(/Going on/)
    expect(await readdir(network.path('home', 'sends'))).toEqual([])
  })

  it('makes a new share when a file changed, and says so', async () => {
    const path = await write('big', randomBytes(6 * EXTENT, 1))
    const { said: first } = await sendPart(path)
    await truncate(path, EXTENT)
    const second = await send([path])
    expect(linkOf(second)).not.toBe(linkOf(first))
    expect(saidOf(second, 'warning')[0]).toMatchObject({
      code: 'FILES_DIFFER',
      message: expect.stringMatching(/big changed.*no longer works/) as string,
    })
    for (const share of await network.holdings(shareIdOf(first))) {
      expect(share?.isDeleted ?? true).toBe(true)
    }
  })

  it.each([
    [{}, { peersForbidden: false, relayOnly: false }],
    [{ relayOnly: true }, { peersForbidden: false, relayOnly: true }],
    [{ peers: false }, { peersForbidden: true, relayOnly: false }],
  ])('fixes for good who may carry the share: %o', async (choice, flags) => {
    const said = await send([await write('a.txt', randomBytes(10, 1))], choice)
    for (const share of await network.holdings(shareIdOf(said))) {
      expect(share?.origin.genesis).toMatchObject(flags)
    }
    // This network has no TURN server.
    expect(saidOf(said, 'note')).toHaveLength(flags.relayOnly ? 1 : 0)
  })

  it('does not go on with a share that more may carry than is now said', async () => {
    const path = await write('big', randomBytes(3 * EXTENT, 1))
    const { said: open } = await sendPart(path)
    expect(linkOf(await send([path], { peers: false }))).not.toBe(linkOf(open))
  })

  it('makes a share of its own beside one that is under way', async () => {
    const path = await write('a', randomBytes(2 * EXTENT, 1))
    const both = await Promise.all([send([path]), send([path])])
    const links = both.map(linkOf)
    expect(new Set(links).size).toBe(2)
    for (const said of both) expect(saidOf(said, 'stored')).toHaveLength(1)
  })

  it('says what the network has where it cannot meet the policy', async () => {
    const path = await write('a', randomBytes(10, 1))
    await expect(send([path], { deny: ['DE'] })).rejects.toMatchObject({
      code: 'POLICY_UNMET',
      message:
        'This network has open seeds in 1 jurisdiction (NZ). The share asks for 2. Use --replicas 1 to store it once, or another network.',
    })
    await expect(send([path], { expiresInMs: 1000 * DAY_MS })).rejects.toMatchObject({
      code: 'USAGE',
    })
  })
})

describe('skerry status, extend and delete', () => {
  it('show, lengthen and end the life of a share', async () => {
    const said = await send([await write('a', randomBytes(300_000, 1))])
    const link = linkOf(said)
    const [before] = saidOf(await network.run(runStatus, { link }), 'status')
    expect(before?.share).toMatchObject({ state: 'sealed', isPolicyMet: true })
    expect(before?.seeds.map(({ held, challenge }) => [held, challenge])).toEqual([
      ['all', 'passed'],
      ['all', 'passed'],
    ])
    const tokenFile = await ownerFile(said)
    await network.run(runExtend, { tokenFile, expiresInMs: 20 * DAY_MS })
    const [extended] = saidOf(await network.run(runStatus, { link }), 'status')
    expect(Date.parse(extended?.share.expiresAt ?? '')).toBeGreaterThan(Date.now() + 19 * DAY_MS)
    expect(extended?.share.isPolicyMet).toBe(true)
    await network.run(runDelete, { tokenFile })
    const [deleted] = saidOf(await network.run(runStatus, { link }), 'status')
    expect(deleted?.share).toMatchObject({ state: 'deleted', isPolicyMet: false })
    for (const { held, problem } of deleted?.seeds ?? []) {
      expect([held, problem]).toEqual(['none', 'was told that it is deleted'])
    }
    await expect(
      network.run(runExtend, { tokenFile, expiresInMs: 25 * DAY_MS }),
    ).rejects.toMatchObject({ code: 'SHARE_DELETED' })
  })

  it('refuse the wrong kind of token', async () => {
    const said = await send([await write('a', randomBytes(10, 1))])
    const owner = saidOf(said, 'link')[0]?.owner ?? ''
    await expect(network.run(runStatus, { link: owner })).rejects.toMatchObject({
      code: 'LINK_WRONG_KIND',
    })
    await writeFile(network.path('owner'), linkOf(said))
    const asked = network.run(runDelete, { tokenFile: network.path('owner') })
    await expect(asked).rejects.toMatchObject({ code: 'LINK_WRONG_KIND' })
  })

  it('say that no seed knows a share', async () => {
    const said = await send([await write('a', randomBytes(10, 1))])
    const [token = ''] = /#.*/.exec(linkOf(said)) ?? []
    await using other = await WholeNetwork.start('NZ')
    const asked = other.run(runStatus, { link: token, network: other.signal.url })
    await expect(asked).rejects.toMatchObject({ code: 'SHARE_MISSING' })
  })
})

/** @param name - How the names of the files end that every seed loses. @returns How many they are. */
async function lose(shareId: ShareId, name: '.ext' | 'index'): Promise<number> {
  const found = await readdir(network.dir, { recursive: true })
  const files = found.filter((path) => path.includes(shareId) && path.endsWith(name))
  for (const path of files) await rm(network.path(path))
  return files.length
}

describe('skerry heal', () => {
  it('brings back what all seeds lost, with the files and the link', async () => {
    await write('one', randomBytes(3 * EXTENT, 1))
    await write('two', randomBytes(1000, 2))
    const said = await send([network.path('in')])
    const shareId = shareIdOf(said)
    expect(await lose(shareId, '.ext')).toBe(8)
    // Names and bytes are what counts.
    await utimes(network.path('in', 'two'), 1, 1)
    const options = { link: linkOf(said), paths: [network.path('in')], patience }
    const healed = await network.run(runHeal, options)
    expect(saidOf(healed, 'stored')[0]?.seeds).toHaveLength(2)
    const [status] = saidOf(await network.run(runStatus, { link: linkOf(said) }), 'status')
    for (const seed of status?.seeds ?? []) {
      expect([seed.held, seed.challenge]).toEqual(['all', 'passed'])
    }
  })

  it('brings back the list of files where all seeds lost nothing else', async () => {
    const path = await write('a', randomBytes(1000, 1))
    const said = await send([path])
    expect(await lose(shareIdOf(said), 'index')).toBe(2)
    const healed = await network.run(runHeal, { link: linkOf(said), paths: [path], patience })
    expect(saidOf(healed, 'stored')[0]?.seeds).toHaveLength(2)
  })

  it('uploads nothing unless all files are those that were sent, and names the first that is not', async () => {
    await write('one', randomBytes(EXTENT, 1))
    await write('two', randomBytes(EXTENT, 2))
    const said = await send([network.path('in')])
    await lose(shareIdOf(said), '.ext')
    const heal = (): Promise<unknown> =>
      network.run(runHeal, { link: linkOf(said), paths: [network.path('in')], patience })
    await write('two', randomBytes(EXTENT, 3))
    await expect(heal()).rejects.toMatchObject({
      code: 'FILES_DIFFER',
      message: 'in/two is not as it was sent. Nothing was uploaded.',
    })
    await rm(network.path('in', 'two'))
    await expect(heal()).rejects.toMatchObject({
      code: 'FILES_DIFFER',
      message: 'in/two is not among the files given. Nothing was uploaded.',
    })
    const sent = await network.holdings(shareIdOf(said))
    for (const share of sent) expect(share?.isComplete).toBe(false)
  })

  it('asks for the password, and knows a wrong one', async () => {
    const path = await write('a', randomBytes(10, 1))
    await writeFile(network.path('right'), 'right')
    await writeFile(network.path('wrong'), 'wrong')
    const said = await send([path], { passwordFile: network.path('right') })
    const heal = (passwordFile?: string): Promise<CliEvent[]> => {
      const options = { link: linkOf(said), paths: [path], patience }
      return network.run(
        runHeal,
        passwordFile === undefined ? options : { ...options, passwordFile },
      )
    }
    await expect(heal()).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' })
    await expect(heal(network.path('wrong'))).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
    expect(saidOf(await heal(network.path('right')), 'stored')).toHaveLength(1)
  })
})
