import { describe, expect, it } from 'vitest'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import { isProof, type ExpectedReceipt } from '../../protocol/custody/proof.ts'
import { AUDIT_CHUNKS } from '../../protocol/limits.ts'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import type { Receipt } from '../../protocol/record/receipt.ts'
import { signRecord } from '../../protocol/record/record.ts'
import {
  CustodyRig,
  DAY_MS,
  HOUR_MS,
  isMissing,
  slowTiming,
  wholeAnswer,
} from '../protocol/custody/custody-rig.ts'
import { checkpointOf, createOwner, fixedBytes, fixedHashes, NOW_MS } from '../protocol/owner.ts'

const OUTSIDE_MS = 7.5 * DAY_MS

/** Outside custody of one share for longer than it takes. */
function outside(prepare: (rig: CustodyRig) => void = () => undefined): CustodyRig {
  const rig = new CustodyRig({ timing: slowTiming })
  prepare(rig)
  rig.publish()
  rig.put(rig.share(false))
  rig.run(OUTSIDE_MS, HOUR_MS)
  return rig
}

/** An audit of one of the two custodians. */
function isOfOne(rig: CustodyRig, job: CustodyJob): boolean {
  return job.type === 'audit' && job.seedId === rig.others(rig.share(false))[0]
}

describe('E13: letting go needs all of its proofs', () => {
  it('E13: a share is let go with a receipt and 44 chunks of each custodian, asked for with challenges of its own', () => {
    const rig = outside()
    const [shareId] = [rig.share(false)]
    expect(rig.effects('letGo')).toEqual([{ type: 'letGo', shareId, seq: 5 }])
    const audits = rig.jobs('audit').slice(-2)
    expect(audits.map(({ seedId }) => seedId).toSorted()).toEqual(rig.others(shareId).toSorted())
    expect(audits.map(({ chunks }) => new Set(chunks).size)).toEqual([AUDIT_CHUNKS, AUDIT_CHUNKS])
    expect(new Set(rig.jobs('audit').map(({ challenge }) => challenge.join())).size).toBe(
      rig.jobs('audit').length,
    )
  })

  it.each([
    [
      'one custodian signs no receipt',
      { type: 'audited', seq: undefined, goodCount: 44, badCount: 0 },
    ],
    [
      'its receipt is for another checkpoint',
      { type: 'audited', seq: 4, goodCount: 44, badCount: 0 },
    ],
    ['one chunk is wrong', { type: 'audited', seq: 5, goodCount: 43, badCount: 1 }],
    ['chunks are missing', { type: 'audited', seq: 5, goodCount: 43, badCount: 0 }],
    ['it does not answer', { type: 'silent' }],
    ['it answers with nonsense', { type: 'failed' }],
  ] as const)('E13: nothing is let go where %s', (_, answer) => {
    const rig = outside((stricken) => {
      stricken.answer = (job) => (isOfOne(stricken, job) ? answer : wholeAnswer(job))
    })
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: nothing is let go where a custodian says that it lacks the share', () => {
    const rig = outside((stricken) => {
      const [lacking] = stricken.others(stricken.share(false))
      stricken.answer = (job) => {
        return job.type === 'look' && job.seedId === lacking ? isMissing : wholeAnswer(job)
      }
    })
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: nothing is let go where a custodian is silent', () => {
    const rig = outside((stricken) => {
      const [silent] = stricken.others(stricken.share(false))
      stricken.hello = (seedId) => (seedId === silent ? undefined : { instance: 'a', skewMs: 0 })
      stricken.answer = (job) => {
        return job.type !== 'fill' && job.seedId === silent ? { type: 'silent' } : wholeAnswer(job)
      }
    })
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: nothing is let go where the custodians fall short of the policy', () => {
    const rig = new CustodyRig({ seedCount: 3, timing: slowTiming })
    const shareId = rig.share(false)
    const seeds = rig.seeds.map((seed) => {
      return seed.id === rig.others(shareId)[0] ? { ...seed, state: 'gone' as const } : seed
    })
    const self = { ...rig.self, state: 'draining' as const }
    for (let i = 0; i < 24 * 8; i += 1) {
      rig.publish({ seeds: seeds.map((seed) => (seed.id === self.id ? self : seed)) })
      if (i === 0) rig.put(shareId)
      rig.run(HOUR_MS)
    }
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: nothing is let go while the directories are a day old', () => {
    const rig = new CustodyRig({ timing: slowTiming })
    rig.publish()
    rig.put(rig.share(false))
    rig.run(6 * DAY_MS, HOUR_MS)
    rig.run(2 * DAY_MS)
    rig.run(6 * DAY_MS, HOUR_MS)
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: a false directory for an hour starts the seven days anew', () => {
    const rig = new CustodyRig({ timing: slowTiming })
    rig.publish()
    const shareId = rig.share(true)
    rig.put(shareId)
    const without = rig.seeds.map((seed) =>
      seed.id === rig.self.id ? { ...seed, state: 'draining' as const } : seed,
    )
    for (let i = 0; i < 24 * 20; i += 1) {
      rig.publish(i % 24 === 0 ? {} : { seeds: without })
      rig.run(HOUR_MS)
    }
    expect(rig.effects('letGo')).toEqual([])
  })

  it('E13: nothing is let go that is open, unverified or over', () => {
    for (const changes of [
      { state: 'open' as const },
      { isVerified: false },
      { servedUntilMs: NOW_MS + DAY_MS },
    ]) {
      const rig = new CustodyRig({ timing: slowTiming })
      rig.publish()
      rig.put(rig.share(false), changes)
      rig.run(OUTSIDE_MS, HOUR_MS)
      expect(rig.effects('letGo')).toEqual([])
    }
  })

  it('E13: the seven days outlive a restart, and not a day without the process', () => {
    for (const [pauseMs, count] of [
      [HOUR_MS, 1],
      [25 * HOUR_MS, 0],
    ] as const) {
      const before = new CustodyRig({ timing: slowTiming })
      before.publish()
      const shareId = before.share(false)
      before.put(shareId)
      before.run(5 * DAY_MS, HOUR_MS)
      const rig = new CustodyRig({ timing: slowTiming, kept: before.machine.keep(before.nowMs) })
      rig.time.run(5 * DAY_MS + pauseMs)
      rig.publish()
      rig.put(shareId)
      rig.run(2 * DAY_MS, HOUR_MS)
      expect(rig.effects('letGo').length).toBe(count)
    }
  })
})

describe('E13: what counts as a receipt', async () => {
  const owner = await createOwner('E13')
  const changes = {
    seq: 5,
    state: 'sealed',
    lastChunkBytes: 9,
    expiresAtMs: NOW_MS + DAY_MS,
  } as const
  const checkpoint = checkpointOf(owner, fixedHashes(20), changes)
  const seedSecret = fixedBytes('custodian')
  const challenge = fixedBytes('challenge', 16)
  const expected: ExpectedReceipt = {
    seedKey: publicKeyOf(seedSecret),
    checkpoint,
    challenge,
    keepUntilMs: NOW_MS + 30 * DAY_MS,
  }
  const honest: Receipt = {
    shareId: owner.shareId,
    seq: 5,
    n: 20,
    root: checkpoint.root,
    indexHash: checkpoint.indexHash,
    atMs: NOW_MS,
    keepUntilMs: NOW_MS + DAY_MS,
    challenge,
  }

  it('E13: its own, for this checkpoint, over this challenge', () => {
    expect(isProof(signRecord('receipt', honest, seedSecret), expected)).toBe(true)
  })

  it.each([
    ['a challenge of another time', { challenge: fixedBytes('earlier', 16) }],
    ['an older checkpoint', { seq: 4 }],
    ['fewer chunks', { n: 19 }],
    ['another root', { root: fixedBytes('root') }],
    ['another index', { indexHash: fixedBytes('other index') }],
    ['too short a time', { keepUntilMs: NOW_MS + DAY_MS - 1 }],
  ])('E13: not one for %s', (_, wrong) => {
    expect(isProof(signRecord('receipt', { ...honest, ...wrong }, seedSecret), expected)).toBe(
      false,
    )
  })

  it('E13: not one that another seed signed, and not one with a bit changed', () => {
    const receipt = signRecord('receipt', honest, seedSecret)
    expect(isProof(signRecord('receipt', honest, fixedBytes('other seed')), expected)).toBe(false)
    const changed = receipt.slice()
    changed[40] = (changed[40] ?? 0) ^ 1
    expect(isProof(changed, expected)).toBe(false)
  })
})
