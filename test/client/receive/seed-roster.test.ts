import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SeedRoster } from '../../../client/engine/receive/seed-roster.ts'
import type { ShareSource } from '../../../client/engine/receive/share-source.ts'
import { assert, TransferError } from '../../../protocol/errors.ts'
import { formatShareId } from '../../../protocol/share-id.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { hostSeed } from './host-seed.ts'

/** A roster whose seeds all answer, and who was asked, in turn. */
class Scene implements Disposable {
  readonly asked: ShareSource[] = []
  isLacking = false
  /** Who is asked does not answer from now on. */
  isSilent = false
  readonly #stop = new AbortController()
  readonly roster = new SeedRoster({
    shareId: formatShareId(fixedBytes('roster', 20)),
    connect: (source) => {
      this.asked.push(source)
      return this.isSilent ? new Promise(() => undefined) : Promise.resolve()
    },
    onChange: () => undefined,
    isLacking: () => this.isLacking,
    random: () => 0,
    signal: this.#stop.signal,
  })

  /** How often each seed was asked. */
  timesOf(source: ShareSource): number {
    return this.asked.filter(({ id }) => id === source.id).length
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
  }
}

const ready = { phase: 'ready', fault: undefined }

describe('a seed that hangs up on whoever asks it for nothing', () => {
  let scene: Scene

  beforeEach(() => {
    scene = new Scene()
    scene.roster.setSeeds([0, 1, 2].map((i) => hostSeed(i, 1)))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    scene[Symbol.dispose]()
  })

  async function custodians(): Promise<readonly [ShareSource, ShareSource]> {
    const entries = (): unknown => scene.roster.entries
    await expect.poll(entries).toMatchObject([ready, ready])
    const [first, second] = scene.asked
    assert(first !== undefined && second !== undefined, 'two that were asked')
    return [first, second]
  }

  it('is left alone and counts as ready, and no further seed is asked', async () => {
    const [idle, lacking] = await custodians()
    scene.roster.lose(idle)
    expect(scene.roster.entries).toMatchObject([ready, ready])
    // Asked again as soon as the other one would be.
    scene.isLacking = true
    scene.roster.lose(lacking)
    await expect.poll(() => scene.timesOf(lacking)).toBe(2)
    expect(scene.timesOf(idle)).toBe(1)
  })

  it('is asked again at once when pieces are wanted, and while they are', async () => {
    const [idle] = await custodians()
    scene.roster.lose(idle)
    const unwant = scene.roster.want()
    await expect.poll(() => scene.timesOf(idle)).toBe(2)
    scene.roster.lose(idle)
    await expect.poll(() => scene.timesOf(idle)).toBe(3)
    unwant()
    scene.roster.lose(idle)
    const entry = scene.roster.entries.find(({ seed }) => seed.id === idle.id)
    expect(entry).toMatchObject(ready)
  })

  it('does not count as ready while it is asked again, and gets company if it is silent', async () => {
    const [idle] = await custodians()
    scene.roster.lose(idle)
    scene.isSilent = true
    scene.roster.want()
    const phases = (): string[] => scene.roster.entries.map(({ phase }) => phase)
    await expect.poll(() => phases().toSorted()).toEqual(['asking', 'ready'])
    await expect.poll(phases).toHaveLength(3)
  })

  it('leaves no clock running once it is asked again', async () => {
    const [idle] = await custodians()
    const [begun, ended] = [
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'clearTimeout'),
    ]
    scene.roster.lose(idle)
    const [rest] = begun.mock.results
    assert(rest?.type === 'return', 'a clock for its rest')
    scene.roster.want()
    await expect.poll(() => ended.mock.calls.flat()).toContain(rest.value)
  })

  it('is asked again at once when another one says that the share has expired', async () => {
    const [idle, other] = await custodians()
    scene.roster.lose(idle)
    scene.roster.note(other, new TransferError('SHARE_EXPIRED', 'By its clock.'))
    await expect.poll(() => scene.timesOf(idle)).toBe(2)
  })
})

describe('a seed that does not answer a look for news', () => {
  const away = new TransferError('SEED_UNREACHABLE', 'It is down.')

  it('gets nobody in its place, and is not called, until pieces are wanted', async () => {
    using scene = new Scene()
    scene.roster.setSeeds([0, 1, 2].map((i) => hostSeed(i, 1)))
    await expect.poll(() => scene.roster.entries).toMatchObject([ready, ready])
    let callCount = 0
    scene.roster.setCaller(() => {
      callCount += 1
      return new Promise(() => undefined)
    })
    const [silent] = scene.asked
    assert(silent !== undefined, 'one that was asked')
    scene.roster.note(silent, away)
    expect([scene.roster.entries.length, callCount]).toEqual([2, 0])
    scene.roster.want()
    scene.roster.note(silent, new TransferError('SEED_UNREACHABLE', 'It still is.'))
    expect([scene.roster.entries.length, callCount]).toEqual([3, 1])
  })
})
