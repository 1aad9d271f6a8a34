import { describe, expect, it } from 'vitest'
import type { CustodyJob } from '../../../protocol/custody/custody-job.ts'
import { JobQueue } from '../../../protocol/custody/job-queue.ts'
import { CUSTODY_JOBS_PER_SEED_MAX, CUSTODY_JOBS_WAITING_MAX } from '../../../protocol/limits.ts'
import { makeSeed, makeShareId } from '../placement-network.ts'

const wide = { perSecond: 1000, burst: 1000, parallelMax: 1000, urgentMax: 1000 }

function look(share: number, seed = share): CustodyJob {
  return { type: 'look', shareId: makeShareId(share), seedId: makeSeed(seed).id }
}

/** Everything that may run now. */
function takeAll(queue: JobQueue, nowMs = 0): CustodyJob[] {
  const jobs: CustodyJob[] = []
  for (let next = queue.take(nowMs); next !== undefined; next = queue.take(nowMs))
    jobs.push(next.job)
  return jobs
}

describe('jobs that wait', () => {
  it('run a bounded number at once, in order', () => {
    const queue = new JobQueue({ ...wide, parallelMax: 2 })
    const jobs = [look(1), look(2), look(3)]
    for (const job of jobs) queue.add(job, false)
    expect(takeAll(queue)).toEqual(jobs.slice(0, 2))
    expect(queue.readyMs(0)).toBe(undefined)
    queue.finish({ job: jobs[0] ?? look(1), isUrgent: false })
    expect(takeAll(queue)).toEqual(jobs.slice(2))
  })

  it('run at a bounded rate, and say when the next one may', () => {
    const queue = new JobQueue({ ...wide, perSecond: 2, burst: 1 })
    queue.add(look(1), false)
    queue.add(look(2), false)
    expect(takeAll(queue).length).toBe(1)
    expect(queue.readyMs(0)).toBe(500)
    expect(takeAll(queue, 500).length).toBe(1)
  })

  it('let those pass that somebody waits for, beyond rate and number', () => {
    const queue = new JobQueue({ perSecond: 1, burst: 1, parallelMax: 1, urgentMax: 2 })
    for (let i = 0; i < 5; i += 1) queue.add(look(i), false)
    expect(takeAll(queue).length).toBe(1)
    const urgent = [look(10), look(11), look(12)]
    for (const job of urgent) queue.add(job, true)
    expect(takeAll(queue)).toEqual(urgent.slice(0, 2))
  })

  it('do not wait for a seed that has enough to answer', () => {
    const queue = new JobQueue(wide)
    for (let i = 0; i < CUSTODY_JOBS_PER_SEED_MAX + 3; i += 1) queue.add(look(i, 1), false)
    queue.add(look(100, 2), false)
    const taken = takeAll(queue)
    expect(taken.length).toBe(CUSTODY_JOBS_PER_SEED_MAX + 1)
    expect(taken.at(-1)).toEqual(look(100, 2))
    queue.finish({ job: look(0, 1), isUrgent: false })
    expect(takeAll(queue).length).toBe(1)
  })

  it('are so many at most: the rest stays with who has it', () => {
    const queue = new JobQueue(wide)
    for (let i = 0; queue.hasRoom; i += 1) queue.add(look(i % 9), false)
    expect(queue.waitingCount).toBe(CUSTODY_JOBS_WAITING_MAX)
  })
})
