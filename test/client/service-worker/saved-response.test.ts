import { describe, expect, it } from 'vitest'
import { savedResponse } from '../../../client/service-worker/saved-response.ts'
import { holdLast, servePulls } from '../../../client/worker/save/pull-port.ts'

const PART = 1000
const PARTS = 12

async function* partsOf(count: number): AsyncGenerator<Uint8Array, void> {
  for (let i = 0; i < count; i += 1) yield new Uint8Array(PART).fill(i)
}

/** A download as the browser gets it, and what the worker behind it hears. */
function openSave(count = PARTS, made = partsOf(count)) {
  const heard: string[] = []
  const { port1, port2 } = new MessageChannel()
  const parts = holdLast(made, () => Promise.resolve())
  const told = Promise.withResolvers<void>()
  const hear = (word: string) => (): void => {
    heard.push(word)
    told.resolve()
  }
  const [cancelled, taken, failed] = [hear('cancelled'), hear('taken'), hear('failed')]
  servePulls(port1, parts, { cancelled, taken, failed })
  const response = savedResponse({
    port: port2,
    name: 'a.bin',
    bytes: count * PART,
    isPageThere: () => Promise.resolve(true),
    ended: () => heard.push('ended'),
  })
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('no body')
  return { heard, reader, told: told.promise }
}

describe('a save in the service worker', () => {
  it('is taken once the browser has read to its end, and not while parts of it wait there', async () => {
    const { heard, reader, told } = openSave()
    for (let i = 0; i < PARTS; i += 1) {
      expect((await reader.read()).value).toEqual(new Uint8Array(PART).fill(i))
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual([])
    expect((await reader.read()).done).toBe(true)
    await told
    expect(heard).toEqual(['ended', 'taken'])
  })

  it('is cancelled where the browser stops before it has all, and taken where it stops after it', async () => {
    for (const [read, word] of [
      [PARTS - 1, 'cancelled'],
      [PARTS, 'taken'],
    ] as const) {
      const { heard, reader, told } = openSave()
      for (let i = 0; i < read; i += 1) await reader.read()
      await reader.cancel()
      await told
      expect(heard).toEqual(['ended', word])
    }
  })

  it('is told of where its next part cannot be made, and the browser has no whole file', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array, void> {
      yield* partsOf(PARTS / 2)
      throw new Error('No such date.')
    }
    const { heard, reader, told } = openSave(PARTS, broken())
    const readAll = async (): Promise<void> => {
      while (!(await reader.read()).done) continue
    }
    await expect(readAll()).rejects.toThrow('not complete')
    await told
    expect(heard).toContain('failed')
    expect(heard).not.toContain('taken')
  })

  it('of no bytes is taken as well', async () => {
    const { heard, reader, told } = openSave(0)
    expect((await reader.read()).done).toBe(true)
    await told
    expect(heard).toContain('taken')
  })
})
