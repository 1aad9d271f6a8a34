import { describe, expect, it } from 'vitest'
import { isShortLived, storedSeeds } from '../../../client/engine/custody/stored-rule.ts'
import { fixedBytes, NOW_MS } from '../../protocol/owner.ts'
import { makeSeed, makeShareId } from '../../protocol/placement-network.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import type { Receipt } from '../../../protocol/record/receipt.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'

const nz = makeSeed(0)
const de = makeSeed(1, { jurisdiction: 'DE' })
const alsoNz = makeSeed(2)
const policy = { replicas: 2, jurisdictions: 2, denied: [] }
const directory = {
  version: 1,
  issuedAtMs: NOW_MS,
  endsAtMs: NOW_MS + 1000,
  seeds: [nz, de, alsoNz],
}
const checkpoint: Checkpoint = {
  shareId: makeShareId(1),
  seq: 5,
  state: 'sealed',
  chunkCount: 3,
  lastChunkBytes: 100,
  expiresAtMs: NOW_MS + 500,
  issuedAtMs: NOW_MS,
  indexBytes: 4124,
  indexHash: fixedBytes('index'),
  root: fixedBytes('root'),
}
const good: Receipt = {
  shareId: checkpoint.shareId,
  seq: 5,
  n: 3,
  root: checkpoint.root,
  indexHash: checkpoint.indexHash,
  atMs: NOW_MS,
  keepUntilMs: checkpoint.expiresAtMs,
  challenge: new Uint8Array(16),
}

type Given = readonly (readonly [SeedId, Partial<Receipt>])[]

function stored(
  given: Given,
  changes: Partial<Parameters<typeof storedSeeds>[0]> = {},
  nowMs = NOW_MS,
): string[] | undefined {
  const receipts = new Map(given.map(([id, change]) => [id, { ...good, ...change }]))
  const seeds = storedSeeds({ checkpoint, policy, directory, receipts, ...changes }, nowMs)
  return seeds?.map(({ id }) => id)
}

const both: Given = [
  [nz.id, {}],
  [de.id, {}],
]

describe('a share is stored', () => {
  it('with receipts of seeds that meet the policy', () => {
    expect(stored(both)).toEqual([nz.id, de.id])
  })

  it('also under an older checkpoint of the same content', () => {
    expect(stored([both[0] ?? [nz.id, {}], [de.id, { seq: 4 }]])).toHaveLength(2)
  })

  it.each<[string, Partial<Receipt>]>([
    ['fewer chunks', { n: 2 }],
    ['another content', { root: fixedBytes('other') }],
    ['another index', { indexHash: fixedBytes('other') }],
    ['another share', { shareId: makeShareId(2) }],
    ['a shorter time', { keepUntilMs: checkpoint.expiresAtMs - 1 }],
  ])('not with a receipt for %s', (_what, change) => {
    expect(
      stored([
        [nz.id, {}],
        [de.id, change],
      ]),
    ).toBeUndefined()
  })

  it('not with two receipts from one country', () => {
    expect(
      stored([
        [nz.id, {}],
        [alsoNz.id, {}],
      ]),
    ).toBeUndefined()
  })

  it('not with one receipt, unless one was asked for', () => {
    expect(stored([[nz.id, {}]])).toBeUndefined()
    const once = { replicas: 1, jurisdictions: 1, denied: [] }
    expect(stored([[nz.id, {}]], { policy: once })).toEqual([nz.id])
  })

  it('not with a receipt of a seed that is not in the directory', () => {
    const without = { ...directory, seeds: [nz, alsoNz] }
    expect(stored(both, { directory: without })).toBeUndefined()
  })

  it('not by a directory past its end', () => {
    expect(stored(both, {}, directory.endsAtMs)).toBeUndefined()
  })

  it('not while it is open', () => {
    expect(stored(both, { checkpoint: { ...checkpoint, state: 'open' } })).toBeUndefined()
  })
})

it('knows a seed that has everything and will not keep it for long enough', () => {
  const short = { ...good, keepUntilMs: checkpoint.expiresAtMs - 1 }
  expect(isShortLived(short, checkpoint)).toBe(true)
  expect(isShortLived(good, checkpoint)).toBe(false)
  // It has not heard of the extension yet.
  expect(isShortLived({ ...short, seq: 4 }, checkpoint)).toBe(false)
})
