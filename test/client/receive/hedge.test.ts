import { describe, expect, it } from 'vitest'
import { askHedged } from '../../../client/engine/receive/hedge.ts'

const never = new AbortController().signal
const fail = (): Promise<string> => Promise.reject(new Error('no'))

describe('askHedged', () => {
  it('asks the next one as soon as one fails, and no more after a good answer', async () => {
    const asked: string[] = []
    const ask = async (name: string): Promise<string> => {
      asked.push(name)
      if (name === 'bad') throw new Error('bad')
      return name
    }
    expect(await askHedged(['bad', 'good', 'spare'], ask, never)).toBe('good')
    await Promise.resolve()
    expect(asked).toEqual(['bad', 'good'])
  })

  it('asks the next one when one is late, and stops the loser', async () => {
    let stopped = false
    const ask = (name: string, signal: AbortSignal): Promise<string> => {
      if (name === 'quick') return Promise.resolve(name)
      signal.addEventListener('abort', () => (stopped = true))
      return new Promise(() => undefined)
    }
    const startMs = performance.now()
    expect(await askHedged(['silent', 'quick'], ask, never)).toBe('quick')
    expect(performance.now() - startMs).toBeGreaterThan(900)
    expect(stopped).toBe(true)
  })

  it('fails when all fail, when there is nobody, and when it is stopped', async () => {
    await expect(askHedged(['a', 'b'], fail, never)).rejects.toThrow(AggregateError)
    await expect(askHedged([], fail, never)).rejects.toThrow(AggregateError)
    const stop = AbortSignal.abort(new Error('stop'))
    await expect(askHedged(['a'], fail, stop)).rejects.toThrow(AggregateError)
  })
})
