import { expect, it } from 'vitest'
import type { SeedAnswer } from '../../../client/engine/custody/ask-seeds.ts'
import { keepersOf, SentEnd } from '../../../client/engine/custody/sent-end.ts'
import { SeedWriter } from '../../../client/engine/net/seed-writer.ts'
import { openCheckpoint } from '../../../protocol/checkpoint.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { custodiansOf } from '../../../protocol/placement.ts'
import { hostSeed } from '../receive/host-seed.ts'
import { createBlobShare, DAY_MS, deletedView, viewOf } from '../receive/test-share.ts'

const share = await createBlobShare('sent end', 3)
const { shareId } = share.owner
const endsAtMs = Date.now() + DAY_MS

type Says = Partial<Pick<SeedAnswer, 'published' | 'isMissing' | 'hasEnded' | 'fault'>>

const seed = hostSeed(0, 1)
const client = new SeedWriter({ urls: seed.urls, shareId })

function answer(says: Says): SeedAnswer {
  const nothing = { published: undefined, isMissing: false, hasEnded: false, fault: undefined }
  return { seed, client, ...nothing, ...says }
}

function published(view = viewOf(share, undefined, { expiresAtMs: endsAtMs })) {
  const bytes = view.checkpoint
  return { bytes, checkpoint: openCheckpoint(bytes, share.owner.genesis.ownerPublicKey) }
}

const serves = answer({ published: published() })
const expired = answer({ published: published(), hasEnded: true })
const silent = answer({ fault: new TransferError('SEED_UNREACHABLE', 'It is down.') })
const deleted = answer({ published: published(deletedView(share)), hasEnded: true })

const missing = answer({ isMissing: true })

/** @returns What an hour of looks says, one after the other. */
function looks(nowMs: number, ...answers: readonly SeedAnswer[]): (string | undefined)[] {
  const sent = new SentEnd(endsAtMs)
  return Array.from({ length: 60 }, () => sent.look(answers, nowMs)?.code)
}

const never: (string | undefined)[] = Array.from({ length: 60 })

it('ends at once what its owner deleted, whoever shows it', () => {
  expect(looks(0, serves, deleted)[0]).toBe('SHARE_DELETED')
})

it('F14: goes on past the date as long as a seed serves it, and before it whatever a seed says', () => {
  expect(looks(endsAtMs + DAY_MS, serves, expired, silent)).toEqual(never)
  expect(looks(endsAtMs - 1, expired, silent)).toEqual(never)
  expect(looks(endsAtMs - 1, silent)).toEqual(never)
})

it('ends past the date at once where all seeds say so, or know it no more', () => {
  expect(looks(endsAtMs, expired, missing)[0]).toBe('SHARE_EXPIRED')
  expect(looks(endsAtMs, missing)[0]).toBe('SHARE_EXPIRED')
})

it('ends before the date, too, where several say so, and none is silent: the clock here may be slow', () => {
  expect(looks(0, expired, expired)[0]).toBe('SHARE_EXPIRED')
  expect(looks(0, expired, missing)[0]).toBe('SHARE_EXPIRED')
  expect(looks(0, expired)).toEqual(never)
  expect(looks(0, missing, missing)).toEqual(never)
  expect(looks(0, expired, expired, silent)).toEqual(never)
  expect(looks(0, expired, expired, serves)).toEqual(never)
})

it('ends past the date only after a while where one says so, and others are silent', () => {
  const said = looks(endsAtMs, expired, silent)
  expect(said.slice(0, 15)).toEqual(never.slice(0, 15))
  expect(said[15]).toBe('SHARE_EXPIRED')
})

it('never ends where no seed answers: the clock here may be wrong, and the network away', () => {
  expect(looks(endsAtMs + DAY_MS, silent, silent)).toEqual(never)
  expect(looks(endsAtMs + DAY_MS)).toEqual(never)
})

it('goes by the date that its owner extended it to', () => {
  const longer = viewOf(share, undefined, { seq: 100, expiresAtMs: endsAtMs + 2 * DAY_MS })
  const sent = new SentEnd(endsAtMs)
  sent.look([answer({ published: published(longer) })], endsAtMs)
  expect(sent.look([missing], endsAtMs + DAY_MS)).toBeUndefined()
  expect(sent.look([missing], endsAtMs + 3 * DAY_MS)?.code).toBe('SHARE_EXPIRED')
})

it('is asked of its custodians and of who gave a receipt, where the directory still has them, and of nobody else', () => {
  const seeds = Array.from({ length: 40 }, (_, i) => hostSeed(i, 1))
  const { genesis } = share.owner
  const custodians = custodiansOf(shareId, genesis, seeds)
  const receipt = {
    shareId,
    seq: 1,
    n: 3,
    root: share.readToken,
    indexHash: share.readToken,
    atMs: 0,
    keepUntilMs: endsAtMs,
    challenge: share.readToken,
  }
  const [giver, other] = seeds.filter((each) => !custodians.includes(each))
  assert(giver !== undefined && other !== undefined, 'seeds that keep none of it')
  const custody = [
    { seed: giver, isCustodian: false, receipt, problem: undefined },
    { seed: other, isCustodian: false, receipt: undefined, problem: undefined },
    { seed: hostSeed(40, 1), isCustodian: false, receipt, problem: undefined },
  ]
  const asked = keepersOf({ shareId, genesis }, custody, seeds)
  expect(new Set(asked)).toEqual(new Set([...custodians, giver]))
})
