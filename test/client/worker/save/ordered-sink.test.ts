import { expect, it } from 'vitest'
import { OrderedSink } from '../../../../client/worker/save/ordered-sink.ts'

it('keeps nothing for a reader that comes no more', async () => {
  const stop = new AbortController()
  const sink = new OrderedSink(20, stop.signal)
  for (let chunk = 0; chunk < 10; chunk += 1) void sink.write(chunk, new Uint8Array(1))
  expect(sink.isBehind).toBe(true)
  stop.abort(new Error('over'))
  expect(sink.isBehind).toBe(false)
  for (let chunk = 10; chunk < 20; chunk += 1)
    await expect(sink.write(chunk, new Uint8Array(1))).rejects.toThrow('over')
  expect(sink.isBehind).toBe(false)
  await expect(sink.take(0)).rejects.toThrow('over')
})

it('gives nothing that came at the moment of the end', async () => {
  const stop = new AbortController()
  const sink = new OrderedSink(1, stop.signal)
  const taken = sink.take(0)
  void sink.write(0, new Uint8Array(1))
  stop.abort(new Error('over'))
  await expect(taken).rejects.toThrow('over')
})
