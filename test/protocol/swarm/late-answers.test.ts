import { expect, it } from 'vitest'
import { LateAnswers } from '../../../protocol/swarm/late-answers.ts'
import { closing, sealedOf, SessionBench } from './session-bench.ts'

const chunk = (index: number) => ({ type: 'chunk', index, sealed: sealedOf(index) }) as const

it('takes as many late copies of a chunk as it took requests for it back, and no more', () => {
  const bench = SessionBench.ready([], [4])
  for (const type of ['want', 'unwant', 'want', 'unwant'] as const) bench.step({ type, index: 4 })
  expect(bench.frames(chunk(4))).toEqual([])
  expect(bench.frames(chunk(4))).toEqual([])
  expect(bench.frames(chunk(4))).toEqual(closing('misbehaved', true))
})

it('takes as many late answers to a question as it gave up waiting for, and no more', () => {
  const bench = SessionBench.ready()
  for (let time = 0; time < 2; time += 1) {
    bench.step({ type: 'ask', ask: { type: 'ask', what: 'hashes', first: 3, count: 1 } })
    bench.nowMs = bench.session.deadlineMs ?? 0
    bench.step({ type: 'tick' })
  }
  const frame = { type: 'hashes', what: 'hashes', first: 3, hashes: new Uint8Array(32) } as const
  expect(bench.frames(frame)).toEqual([])
  expect(bench.frames(frame)).toEqual([])
  expect(bench.frames(frame)).toEqual(closing('misbehaved', true))
})

it('remembers 64, and forgets first what was given up longest ago', () => {
  const late = new LateAnswers<number>()
  for (let name = 0; name < 64; name += 1) late.add(name)
  // The first once more: the second is the oldest then.
  for (const name of [0, 64]) late.add(name)
  expect([0, 0, 2, 64].map((name) => late.take(name))).toEqual([true, true, true, true])
  expect([0, 1, 64].map((name) => late.take(name))).toEqual([false, false, false])
})
