import { describe, expect, it } from 'vitest'
import { HashRuns } from '../../../client/engine/receive/hash-runs.ts'

const EXTENT_BYTES = 512
const never = new AbortController().signal

/** A seed that shows extents up to `end`, the last of them with one chunk. */
function seedWith({ end, runMax = 16 }: { end: number; runMax?: number }): {
  runs: HashRuns
  asked: number[]
} {
  const asked: number[] = []
  const runs = new HashRuns(async (first) => {
    asked.push(first)
    if (first >= end) throw new Error('no such extent')
    const count = Math.min(runMax, end - first)
    const bytes = new Uint8Array(count * EXTENT_BYTES)
    for (let i = 0; i < count; i += 1) bytes.fill(first + i, i * EXTENT_BYTES)
    return first + count === end ? bytes.slice(0, -EXTENT_BYTES + 32) : bytes
  })
  return { runs, asked }
}

describe('chunk hashes of one extent after the other', () => {
  it('are asked for sixteen at a time, by whoever wants them at once, too', async () => {
    const { runs, asked } = seedWith({ end: 100 })
    const wanted = Array.from({ length: 40 }, (_, extent) => extent)
    const got = await Promise.all(wanted.slice(0, 20).map((extent) => runs.get(extent, never)))
    for (const extent of wanted.slice(20)) got.push(await runs.get(extent, never))
    expect(got.map((hashes) => [hashes.length, hashes[0]])).toEqual(
      wanted.map((extent) => [EXTENT_BYTES, extent]),
    )
    expect(asked).toEqual([0, 16, 32])
  })

  it('are asked for one by one where a seed shows no more', async () => {
    const { runs, asked } = seedWith({ end: 100, runMax: 1 })
    for (const extent of [3, 4, 5]) expect((await runs.get(extent, never))[0]).toBe(extent)
    expect(asked).toEqual([3, 4, 5])
  })

  it('are asked for anew for the last extent, which grows while a share is live', async () => {
    const { runs, asked } = seedWith({ end: 4 })
    expect((await runs.get(0, never)).length).toBe(EXTENT_BYTES)
    expect((await runs.get(3, never)).length).toBe(32)
    expect(asked).toEqual([0, 3])
  })

  it('are asked for by each who waited for a run that failed', async () => {
    const { runs, asked } = seedWith({ end: 2 })
    const [beyond, ...others] = await Promise.allSettled([runs.get(2, never), runs.get(3, never)])
    expect([beyond.status, ...others.map(({ status }) => status)]).toEqual(['rejected', 'rejected'])
    expect(asked).toEqual([2, 3])
  })

  it('are asked for anew by one of those who waited for a run that failed', async () => {
    let count = 0
    const runs = new HashRuns(async (first) => {
      count += 1
      await Promise.resolve()
      if (count === 1) throw new Error('lost')
      return new Uint8Array(16 * EXTENT_BYTES).fill(first)
    })
    const wanted = Array.from({ length: 10 }, (_, extent) => runs.get(extent, never))
    const got = await Promise.allSettled(wanted)
    expect(got.map(({ status }) => status === 'fulfilled')).toEqual([
      false,
      ...wanted.slice(1).map(() => true),
    ])
    expect(count).toBe(2)
  })

  it('are not waited for by whoever is stopped', async () => {
    const runs = new HashRuns((first, signal) =>
      first === 0 ? new Promise(() => undefined) : Promise.reject(signal.reason as Error),
    )
    void runs.get(0, never)
    const stop = new AbortController()
    const waiting = runs.get(1, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})
