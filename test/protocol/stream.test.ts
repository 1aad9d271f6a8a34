import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import { checkStream, streamBytesOf } from '../../protocol/stream.ts'
import { checkpointOf, createOwner, faultOf, fixedHashes } from './owner.ts'

const owner = await createOwner('stream')
const filesOf = (...sizes: number[]): { path: string; size: number }[] =>
  sizes.map((size, i) => ({ path: `${i}`, size }))
const published = (count: number, changes: Partial<Checkpoint> = {}): Checkpoint =>
  checkpointOf(owner, fixedHashes(count), changes)
const sealed = (count: number, lastChunkBytes: number): Checkpoint =>
  published(count, { state: 'sealed', lastChunkBytes })
const refusal = (checkpoint: Checkpoint, ...sizes: number[]): Promise<string> =>
  faultOf(() => checkStream(checkpoint, filesOf(...sizes)))

describe('the stream of a share', () => {
  it('is all files one after the other, padded', () => {
    expect(streamBytesOf(filesOf(4097, 0))).toBe(4352)
    expect(streamBytesOf(filesOf(0, 0))).toBe(4096)
    expect(streamBytesOf(filesOf(262_100, 262_100))).toBe(524_288)
  })

  it('is exactly as long as what was sealed', async () => {
    const lastBytes = 524_288 - CHUNK_PLAIN_BYTES * 2
    expect(await refusal(sealed(3, lastBytes), 262_100, 262_100)).toBe('none')
    expect(await refusal(sealed(1, 4096), 0)).toBe('none')
    for (const [count, last] of [
      [3, lastBytes - 1],
      [3, lastBytes + 1],
      [2, lastBytes],
      [4, lastBytes],
      [2, CHUNK_PLAIN_BYTES],
    ] as const) {
      expect(await refusal(sealed(count, last), 262_100, 262_100)).toBe('CHECKPOINT_CONFLICT')
    }
  })

  it('has no final chunk while it is open', async () => {
    expect(await refusal(published(0), 262_100, 262_100)).toBe('none')
    expect(await refusal(published(2), 262_100, 262_100)).toBe('none')
    expect(await refusal(published(3), 262_100, 262_100)).toBe('CHECKPOINT_CONFLICT')
    expect(await refusal(published(1), 0)).toBe('CHECKPOINT_CONFLICT')
  })
})
