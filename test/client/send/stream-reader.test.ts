import { describe, expect, it } from 'vitest'
import { StreamReader } from '../../../client/engine/send/stream-reader.ts'
import { concat, isEqual } from '../../../protocol/bytes.ts'
import { faultOf } from '../../protocol/owner.ts'
import { createRandom } from '../../random.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'

describe('the stream of a share', () => {
  it('is the files in order, then zeros', async () => {
    const files = [
      new MemoryFile('a', Uint8Array.of(1, 2, 3)),
      new MemoryFile('b/', new Uint8Array(0)),
      new MemoryFile('c', Uint8Array.of(4)),
    ]
    expect(await new StreamReader(files).read(0, 6)).toEqual(Uint8Array.of(1, 2, 3, 4, 0, 0))
  })

  it('is zeros where all files are empty', async () => {
    const files = [new MemoryFile('a', new Uint8Array(0))]
    expect(await new StreamReader(files).read(0, 4096)).toEqual(new Uint8Array(4096))
  })

  it('reads nothing but what was asked for', async () => {
    const files = [0, 1, 2].map((i) => new MemoryFile(`${i}`, randomBytes(1000, i)))
    await new StreamReader(files).read(1500, 600)
    expect(files.map(({ readBytes }) => readBytes)).toEqual([0, 500, 100])
  })

  it.each([1, 2, 3])('gives any stretch as the whole stream has it, seed %i', async (seed) => {
    const random = createRandom(seed)
    const files = Array.from({ length: 200 }, (_, i) => {
      const size = random() < 0.3 ? 0 : Math.floor(random() * 500)
      return new MemoryFile(`${i}`, randomBytes(size, i))
    })
    const contents = await Promise.all(files.map((file) => file.read(0, file.size)))
    const stream = concat(...contents, new Uint8Array(4096))
    const reader = new StreamReader(files)
    for (let i = 0; i < 200; i += 1) {
      const offset = Math.floor(random() * stream.length)
      const length = 1 + Math.floor(random() * (stream.length - offset))
      const part = stream.subarray(offset, offset + length)
      expect(isEqual(await reader.read(offset, length), part)).toBe(true)
    }
  })

  it('takes a file that became shorter for one that changed', async () => {
    const file = new MemoryFile('a', new Uint8Array(10))
    const short = { ...file, size: 10, read: () => Promise.resolve(new Uint8Array(9)) }
    expect(await faultOf(() => new StreamReader([short]).read(0, 10))).toBe('FILE_CHANGED')
  })
})
