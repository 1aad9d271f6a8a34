import { expect, it } from 'vitest'
import type { SendAudience } from '../../../client/engine/send/send-audience.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { MemoryFile, randomBytes } from '../memory-files.ts'
import { MemorySlot, SendNetwork } from '../send-network.ts'

const EXTENT = 16 * 262_100

/** Gives nothing more after so much until it is let go. */
class HeldFile extends MemoryFile {
  readonly isReached = Promise.withResolvers<void>()
  readonly isLetGo = Promise.withResolvers<void>()

  override async read(offset: number, length: number): Promise<Bytes> {
    const bytes = await super.read(offset, length)
    if (this.readBytes <= EXTENT) return bytes
    this.isReached.resolve()
    await this.isLetGo.promise
    return bytes
  }
}

it('an upload that was stopped seals no further, and keeps nothing of what was under way', async () => {
  await using network = await SendNetwork.start(2)
  const file = new HeldFile('a', randomBytes(8 * EXTENT, 1))
  const slot = new MemorySlot()
  const session = network.send(await network.plan([file]), slot)
  await file.isReached.promise
  await session[Symbol.asyncDispose]()
  const marks = slot.marks.length
  file.isLetGo.resolve()
  // All of as much takes longer than what was under way.
  const other = new MemoryFile('b', randomBytes(8 * EXTENT, 2))
  await using next = network.send(await network.plan([other]), new MemorySlot())
  await next.done
  expect(slot.marks).toHaveLength(marks)
  expect(file.readBytes).toBeLessThan(file.size)
})

it('an upload that was stopped seals no further for others either', async () => {
  await using network = await SendNetwork.start(2)
  for (const { proxy } of network.seeds) proxy.isDown = true
  const file = new HeldFile('a', randomBytes(8 * EXTENT, 1))
  const ahead = Promise.withResolvers<void>()
  const audience: SendAudience = {
    start: ({ publishAhead }) => ahead.resolve(publishAhead(8)),
    published: () => undefined,
  }
  const session = network.send(await network.plan([file]), new MemorySlot(), { audience })
  await file.isReached.promise
  await session[Symbol.asyncDispose]()
  file.isLetGo.resolve()
  await expect(ahead.promise).rejects.toMatchObject({ code: 'STOPPED' })
  expect(file.readBytes).toBeLessThan(file.size)
})
