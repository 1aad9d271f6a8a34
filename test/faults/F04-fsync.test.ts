import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { FATAL_EXIT_CODE, FatalError } from '../../seed/fatal-error.ts'
import { bodyOf, SentShare } from '../seed/sent-share.ts'
import { FaultyFiles } from '../seed/store/faulty-files.ts'
import { TestStore } from '../seed/test-store.ts'

const share = await SentShare.make('F04', { chunkCount: 3 })

/** Every kind of sync on the way of an upload, by how many go well before it. */
const syncs = [
  ['the data', 'sync', 3],
  ['the folder of an extent', 'syncFolder', 2],
  ['a share file', 'sync', 1],
  ['the folder of a share file', 'syncFolder', 0],
  ['an index', 'sync', 2],
] as const

it.each(syncs)(
  'F04: ends once a sync of %s fails, and answers for nothing from then on',
  async (_what, call, after) => {
    const files = new FaultyFiles()
    await using seed = await TestStore.open({ files })
    await seed.shares.create(share.creation)
    files.fail({ call, after: call === 'sync' ? after - 1 : after, code: 'EIO', isLasting: false })
    await expect(sendRest(seed)).rejects.toThrow(FatalError)
    expect(seed.fatal).toHaveLength(1)
    // The disk would take it now, but nobody knows what it forgot.
    await expect(sendRest(seed)).rejects.toThrow(FatalError)
    const again = seed.shares.putCheckpoint(share.id, share.sealed({ seq: 99 }))
    await expect(again).rejects.toThrow(FatalError)
    await seed.reopen()
    await sendRest(seed)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  },
)

it.each([0, 1, 2])(
  'F04: answers for nothing whose folder could not even be opened for a sync, and goes on, after %i',
  async (after) => {
    const files = new FaultyFiles()
    await using seed = await TestStore.open({ files })
    await seed.shares.create(share.creation)
    files.fail({ call: 'openFolder', after, code: 'EMFILE', isLasting: false })
    await expect(sendRest(seed)).rejects.toThrow('EMFILE')
    expect(seed.fatal).toEqual([])
    const { held, accepted, isIndexHeld } = await seed.shares.get(share.id)
    expect([accepted !== undefined, isIndexHeld, held.count]).toEqual([after > 0, after > 1, 0])
    await sendRest(seed)
    expect(Buffer.compare(await seed.read(share), share.data)).toBe(0)
  },
)

it('F04: answers for no chunk whose sync failed, also not to who sent it beside', async () => {
  const files = new FaultyFiles()
  await using seed = await TestStore.open({ files })
  await seed.shares.create(share.creation)
  await seed.shares.putCheckpoint(share.id, share.sealed())
  files.fail({ call: 'sync', after: 0, code: 'EIO', isLasting: false })
  const puts = [share.upload(0, 2), share.upload(0, 2), share.upload(1, 1)]
  const results = await Promise.allSettled(
    puts.map((upload) => seed.shares.putChunks(share.id, upload)),
  )
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect((await seed.shares.get(share.id)).held.count).toBe(0)
})

it('F04: ends the process with a code of its own, at once', () => {
  const script = `
    import { exitOnFatal, FatalError } from '${import.meta.dirname}/../../seed/fatal-error.ts'
    process.on('beforeExit', () => console.log('orderly'))
    setTimeout(() => console.log('later'), 50)
    exitOnFatal(new FatalError('The disk did not take what was written.'))
    console.log('on it goes')
  `
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  expect(ended.status).toBe(FATAL_EXIT_CODE)
  expect(String(ended.stdout)).toBe('')
  expect(String(ended.stderr)).toContain('The disk did not take what was written.')
})

async function sendRest({ shares }: TestStore): Promise<void> {
  await shares.putCheckpoint(share.id, share.sealed())
  await shares.putIndex(share.id, share.index)
  const { start, end } = share.upload(0, 2)
  await shares.putChunks(share.id, { start, end, body: bodyOf(share.chunks) })
}
