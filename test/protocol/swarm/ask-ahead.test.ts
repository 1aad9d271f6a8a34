import { describe, expect, it } from 'vitest'
import { AskAhead } from '../../../protocol/swarm/ask-ahead.ts'

type Line = Readonly<{ delayMs: number; chunkMs: number; jitterMs?: number }>

/** Asks over a line that carries one chunk after the other. @returns Chunks waited for at the end, and the most. */
function ask(ahead: AskAhead, { delayMs, chunkMs, jitterMs = 0 }: Line, chunks: number) {
  const asked = [0]
  let [freeMs, most] = [0, 0]
  for (let i = 0; i < chunks; i += 1) {
    const askedMs = asked.shift() ?? 0
    freeMs = Math.max(freeMs, askedMs + delayMs / 2) + chunkMs
    const nowMs = freeMs + delayMs / 2 + (i % 2) * jitterMs
    ahead.take(nowMs - askedMs, asked.length + 1)
    // A first one comes alone, as from a peer that has shown nothing.
    while (asked.length < ahead.count) asked.push(nowMs)
    most = Math.max(most, ahead.count)
  }
  return { count: ahead.count, most }
}

describe('AskAhead', () => {
  it.each([
    // [delay, time of a chunk, what fills the line]
    [2, 20, 2],
    [20, 100, 2],
    [100, 50, 3],
    [200, 25, 9],
  ])('waits for what fills a line of %i ms that takes %i ms a chunk', (delayMs, chunkMs, fill) => {
    const { count, most } = ask(new AskAhead(), { delayMs, chunkMs }, 300)
    expect(count).toBeGreaterThanOrEqual(fill)
    expect(most).toBeLessThanOrEqual(fill + 3)
  })

  it('keeps a quick line full where its ends wait for their turn on a busy machine', () => {
    const ahead = new AskAhead()
    ahead.take(8, 1)
    // Each takes 10 ms, and 20 ms pass until one is heard of, whoever was asked for how many.
    const { count } = ask(ahead, { delayMs: 20, chunkMs: 10 }, 300)
    expect(count).toBeGreaterThanOrEqual(4)
  })

  it('asks for less again when the line gets narrower', () => {
    const ahead = new AskAhead()
    const { count } = ask(ahead, { delayMs: 200, chunkMs: 25 }, 300)
    expect(ask(ahead, { delayMs: 200, chunkMs: 400 }, 300).count).toBeLessThan(count / 2)
  })

  it('is not led astray by chunks that come late now and then', () => {
    const { count } = ask(new AskAhead(), { delayMs: 200, chunkMs: 25, jitterMs: 80 }, 300)
    expect(count).toBeGreaterThanOrEqual(8)
  })

  it('learns nothing from times at which fewer were asked for', () => {
    const ahead = new AskAhead()
    for (let i = 0; i < 100; i += 1) ahead.take(50, 1)
    expect(ahead.count).toBe(2)
  })
})
