import { describe, expect, it } from 'vitest'
import type { Network } from '../../../client/engine/network.ts'
import { planShare, type ShareRequest } from '../../../client/engine/send/share-plan.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { decodeGenesis, shareIdOf } from '../../../protocol/genesis.ts'
import { openIndex } from '../../../protocol/share-index.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { networkOf, planPorts as ports } from '../planning.ts'

const DAY_MS = 86_400_000

function requestOf(changes: Partial<ShareRequest> = {}): ShareRequest {
  return {
    files: [new MemoryFile('notes.txt', randomBytes(1000, 1))],
    policy: { replicas: 2, jurisdictions: 2, denied: [] },
    expiresInMs: DAY_MS,
    peers: 'direct',
    ...changes,
  }
}

async function problemOf(
  changes: Partial<ShareRequest>,
  network = networkOf('NZ', 'DE'),
): Promise<string> {
  const cause: unknown = await planShare(requestOf(changes), network, ports).catch(
    (e: unknown) => e,
  )
  return cause instanceof TransferError ? `${cause.code}: ${cause.message}` : 'none'
}

describe('a share that is planned', () => {
  it('has its id, its keys and its list of files before a byte is read', async () => {
    const file = new MemoryFile('notes.txt', randomBytes(1000, 1))
    const plan = await planShare(requestOf({ files: [file] }), networkOf('NZ', 'DE'), ports)
    expect(file.readBytes).toBe(0)
    expect(plan.shareId).toBe(shareIdOf(plan.genesisBytes))
    expect(await openIndex(plan.keys, plan.shareId, plan.sealedIndex)).toEqual([
      { path: 'notes.txt', size: 1000, mtimeMs: file.mtimeMs },
    ])
    expect([plan.streamBytes, plan.chunkCount]).toEqual([4096, 1])
  })

  it('never is the same share twice', async () => {
    const both = await Promise.all(
      [1, 2].map(() => planShare(requestOf(), networkOf('NZ', 'DE'), ports)),
    )
    expect(new Set(both.map(({ shareId }) => shareId)).size).toBe(2)
  })

  it.each([
    ['direct', false, false],
    ['relayed', false, true],
    ['forbidden', true, false],
  ] as const)('fixes that peers are %s, for good', async (peers, peersForbidden, relayOnly) => {
    const plan = await planShare(requestOf({ peers }), networkOf('NZ', 'DE'), ports)
    expect(decodeGenesis(plan.genesisBytes)).toMatchObject({ peersForbidden, relayOnly })
  })

  it('fixes which countries must not hold it, each once and in order', async () => {
    const policy = { replicas: 2, jurisdictions: 2, denied: ['US', 'CN', 'US'] }
    const plan = await planShare(requestOf({ policy }), networkOf('NZ', 'DE'), ports)
    expect(plan.genesis.denied).toEqual(['CN', 'US'])
  })
})

describe('what cannot be sent is said at once', () => {
  it('nothing at all', async () => {
    expect(await problemOf({ files: [] })).toMatch(/^NOTHING_TO_SEND/)
  })

  it('more than the network takes', async () => {
    const files = [new MemoryFile('a', new Uint8Array(1001))]
    expect(await problemOf({ files })).toMatch(/^SHARE_TOO_LARGE: .*at most/)
  })

  it('more files than a share holds', async () => {
    const file = new MemoryFile('a', new Uint8Array(0))
    const files = Array.from({ length: 100_001 }, () => file)
    expect(await problemOf({ files })).toMatch(/^SHARE_TOO_LARGE: These are 100001 files/)
  })

  it('for longer than the network keeps shares', async () => {
    expect(await problemOf({ expiresInMs: 31 * DAY_MS })).toMatch(/^USAGE: .*at most 30 days/)
    expect(await problemOf({ expiresInMs: 0 })).toMatch(/^USAGE/)
  })

  it.each<[string, Network, Partial<ShareRequest>, RegExp]>([
    ['no seeds', networkOf(), {}, /has no seeds yet/],
    ['seeds in one country', networkOf('NZ', 'NZ'), {}, /in 1 jurisdiction \(NZ\)\. .* asks for 2/],
    [
      'seeds where they must not be',
      networkOf('NZ', 'DE'),
      { policy: { replicas: 2, jurisdictions: 2, denied: ['DE'] } },
      /in 1 jurisdiction \(NZ\)/,
    ],
    [
      'too few seeds',
      networkOf('NZ', 'DE'),
      { policy: { replicas: 3, jurisdictions: 2, denied: [] } },
      /belong to 2 operators; the share asks for 3/,
    ],
  ])('to a network with %s', async (_what, network, changes, words) => {
    const problem = await problemOf(changes, network)
    expect(problem).toMatch(/^POLICY_UNMET/)
    expect(problem).toMatch(words)
  })

  it('to seeds that are full', async () => {
    const network = networkOf('NZ', 'DE')
    const seeds = network.directory.seeds.map((seed) => ({ ...seed, state: 'full' as const }))
    const full = { ...network, directory: { ...network.directory, seeds } }
    expect(await problemOf({}, full)).toMatch(/^POLICY_UNMET: .*no open seed/)
  })
})
