import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../protocol/bytes.ts'
import {
  CustodyRig,
  DAY_MS,
  facts,
  holds,
  HOUR_MS,
  isMissing,
  SECOND_MS,
  wholeAnswer,
} from './custody-rig.ts'
import { NOW_MS } from '../owner.ts'

const live = { changedAtMs: NOW_MS, issuedAtMs: NOW_MS }

describe('a share that came here', () => {
  it('asks the first 2 x replicas seeds before it is handed on', () => {
    const rig = new CustodyRig({ seedCount: 8 })
    rig.answer = (job) => (job.type === 'look' ? isMissing : wholeAnswer(job))
    rig.publish()
    const id = rig.share(true)
    rig.put(id)
    rig.run(SECOND_MS)
    const asked = new Set(rig.jobs('look').map(({ seedId }) => seedId))
    expect(asked.size).toBeGreaterThanOrEqual(3)
    const kinds = rig.done.flatMap(({ effect }) => (effect.type === 'job' ? [effect.job.type] : []))
    expect(kinds.indexOf('tell')).toBeGreaterThan(kinds.lastIndexOf('look', kinds.indexOf('tell')))
    expect(rig.jobs('tell').map(({ seedId }) => seedId)).toEqual(rig.others(id))
  })

  it('is not handed on while somebody who may know more has not answered', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const slow = rig.seeds.find((seed) => !rig.custodians(id).includes(seed))?.id
    rig.answer = (job) => (job.type === 'look' ? isMissing : wholeAnswer(job))
    rig.isLost = (job) => job.type === 'look' && job.seedId === slow
    rig.publish()
    rig.put(id)
    rig.run(10 * SECOND_MS)
    expect(rig.jobs('tell')).toEqual([])
  })

  it('takes a deletion that anyone of them knows, and hands it on to whoever holds the share', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const [other] = rig.others(id)
    const third = rig.seeds
      .map((seed) => seed.id)
      .find((seedId) => seedId !== other && seedId !== rig.self.id)
    const deletion = encodeUtf8('deletion')
    rig.answer = (job) => {
      if (job.type !== 'look' || job.seedId !== third) return wholeAnswer(job)
      return { type: 'reported', report: { type: 'deleted', seq: 6 }, deletion }
    }
    rig.publish()
    rig.put(id)
    rig.run(SECOND_MS)
    expect(rig.effects('accept')).toContainEqual({ type: 'accept', shareId: id, deletion })
    rig.put(id, { state: 'deleted', seq: 6, chunkCount: 0, heldCount: 0, servedUntilMs: 0 })
    rig.run(10 * SECOND_MS)
    expect(rig.jobs('tell').map(({ seedId }) => seedId)).toContain(other)
  })

  it('gets the highest checkpoint that anyone has, from the seed that has it', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const [first, second] = rig.seeds
      .map((seed) => seed.id)
      .filter((seedId) => seedId !== rig.self.id)
    rig.answer = (job) => {
      if (job.type !== 'look') return wholeAnswer(job)
      if (job.seedId === first) return holds(100, 7)
      return holds(100, job.seedId === second ? 9 : 5)
    }
    rig.publish()
    rig.put(id)
    rig.run(100)
    expect(rig.jobs('take').at(-1)?.seedId).toBe(second)
  })

  it('is filled at once while it is uploaded, without waiting for the survey', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    rig.publish()
    rig.run(SECOND_MS)
    rig.put(id, { ...live, changedAtMs: rig.nowMs, heldCount: 3, state: 'open' })
    expect(rig.jobs('fill')).toEqual([{ type: 'fill', shareId: id, sources: rig.others(id) }])
  })

  it('is filled from seeds far down the rank where nobody near has a copy', () => {
    const rig = new CustodyRig({ seedCount: 24 })
    const id = rig.share(true)
    rig.publish()
    const far = rig.seeds.findLast((seed) => !rig.custodians(id).includes(seed))?.id
    rig.answer = (job) => (job.type === 'look' && job.seedId !== far ? holds(0) : wholeAnswer(job))
    rig.put(id, { heldCount: 0 })
    rig.run(10 * SECOND_MS)
    expect(rig.jobs('fill')[0]?.sources).toEqual([far])
  })
})

describe('a custodian that lacks a share', () => {
  it('is told again and again, ever more seldom, and by one job at a time', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    rig.answer = (job) => (job.type === 'tell' ? { type: 'failed' } : isMissing)
    rig.publish()
    rig.put(id)
    rig.run(HOUR_MS)
    const count = rig.jobs('tell').length
    expect(count).toBeGreaterThan(5)
    expect(count).toBeLessThan(30)
  })

  it('is not told in the first second of an upload, because the sender tells it', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    rig.answer = () => isMissing
    rig.publish()
    rig.run(SECOND_MS)
    rig.put(id, { ...live, changedAtMs: rig.nowMs, state: 'open' })
    rig.run(900)
    expect(rig.jobs('tell')).toEqual([])
    rig.run(3 * SECOND_MS)
    expect(rig.jobs('tell').length).toBeGreaterThan(0)
  })

  it('refuses, and the next seed that fits stands in', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const [other] = rig.others(id)
    rig.answer = (job) => {
      if (job.type === 'look') return isMissing
      return job.type === 'tell' && job.seedId === other ? { type: 'refused' } : wholeAnswer(job)
    }
    rig.publish()
    rig.put(id)
    rig.run(30 * SECOND_MS)
    const told = new Set(rig.jobs('tell').map(({ seedId }) => seedId))
    expect(told.size).toBe(2)
  })

  it('is replaced after 10 minutes of silence, and after 30 seconds where somebody waits', () => {
    for (const [changes, ms] of [
      [{}, 600 * SECOND_MS],
      [{ ...live, changedAtMs: NOW_MS }, 30 * SECOND_MS],
    ] as const) {
      const rig = new CustodyRig()
      const id = rig.share(true)
      const [other] = rig.others(id)
      rig.hello = (seedId) => (seedId === other ? undefined : { instance: 'a', skewMs: 0 })
      rig.answer = (job) => {
        if (job.type !== 'fill' && job.seedId === other) return { type: 'silent' }
        return job.type === 'look' ? isMissing : wholeAnswer(job)
      }
      rig.publish()
      rig.put(id, changes)
      rig.run(ms - SECOND_MS)
      expect(rig.jobs('tell')).toEqual([])
      rig.run(15 * SECOND_MS)
      expect(rig.jobs('tell').map(({ seedId }) => seedId)).not.toContain(other)
      expect(rig.jobs('tell').length).toBeGreaterThan(0)
    }
  })

  it('took the share and does not get on with it, and another seed stands in', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const [other] = rig.others(id)
    rig.answer = (job) => {
      if (job.type !== 'look') return wholeAnswer(job)
      return job.seedId === other ? holds(40) : isMissing
    }
    rig.publish()
    rig.put(id)
    rig.run(10 * 60 * SECOND_MS)
    expect(rig.jobs('tell')).toEqual([])
    rig.run(20 * 60 * SECOND_MS)
    expect(rig.jobs('tell').map(({ seedId }) => seedId)).not.toContain(other)
    expect(rig.jobs('tell').length).toBeGreaterThan(0)
  })

  it('got on with it after all, and is a custodian again', () => {
    const rig = new CustodyRig({ seedCount: 2, timing: { auditMs: HOUR_MS } })
    const id = rig.share(true)
    const [other] = rig.others(id)
    rig.answer = (job) => (job.type === 'look' ? holds(40) : wholeAnswer(job))
    rig.publish()
    rig.put(id)
    rig.run(2 * HOUR_MS)
    expect(rig.jobs('audit')).toEqual([])
    rig.answer = wholeAnswer
    rig.run(2 * HOUR_MS)
    expect(rig.jobs('audit').map(({ seedId }) => seedId)).toContain(other)
  })

  it('is looked after at once when it started anew, however quiet it was', () => {
    const rig = new CustodyRig()
    const id = rig.share(true)
    const [other] = rig.others(id)
    rig.publish()
    rig.put(id)
    rig.run(10 * HOUR_MS, HOUR_MS)
    const before = rig.jobs('look').length
    rig.hello = (seedId) => ({ instance: seedId === other ? 'second' : 'first', skewMs: 0 })
    rig.answer = (job) =>
      job.type === 'look' && job.seedId === other ? isMissing : wholeAnswer(job)
    rig.run(10 * SECOND_MS)
    expect(before).toBeLessThan(40)
    expect(rig.jobs('tell').map(({ seedId }) => seedId)).toEqual([other])
  })
})

describe('the directory', () => {
  it('past its end hands nothing to anyone', () => {
    const rig = new CustodyRig()
    rig.answer = () => isMissing
    rig.publish({ issuedAtMs: NOW_MS - 8 * DAY_MS })
    rig.put(rig.share(true))
    rig.run(HOUR_MS)
    expect(rig.jobs('tell')).toEqual([])
  })

  it('of a lower version is not read', () => {
    const rig = new CustodyRig()
    rig.publish()
    rig.publish({ version: 9 })
    const others = rig.seeds.filter((seed) => seed.id !== rig.self.id)
    rig.publish({ version: 8, seeds: others })
    const id = rig.share(true)
    rig.put(id)
    rig.run(SECOND_MS)
    expect(rig.machine.summarize(rig.nowMs).outside).toBe(0)
  })
})

it('asks for everything again after it was away for an hour', () => {
  const rig = new CustodyRig()
  const id = rig.share(true)
  rig.publish()
  rig.put(id)
  rig.run(10 * SECOND_MS)
  const before = rig.jobs('look').length
  rig.skewMs = 2 * HOUR_MS
  rig.run(20 * SECOND_MS)
  expect(rig.jobs('look').length).toBeGreaterThanOrEqual(before + 3)
})

it('makes nothing of an answer that nobody asked for, or that came before', () => {
  const rig = new CustodyRig()
  const id = rig.share(true)
  rig.publish()
  rig.put(id)
  rig.run(SECOND_MS)
  const [job] = rig.jobs('look')
  const before = rig.done.length
  if (job !== undefined) {
    for (let i = 0; i < 3; i += 1) {
      rig.step({ type: 'answered', job, answer: isMissing })
      rig.step({ type: 'answered', job: { ...job }, answer: isMissing })
    }
  }
  expect(rig.done.length).toBe(before)
  expect(facts().seq).toBe(5)
})
