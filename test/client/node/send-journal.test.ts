import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SendJournal } from '../../../client/engine/send/journal.ts'
import { SendJournals } from '../../../client/node/send-journal.ts'
import { makeShareId } from '../../protocol/placement-network.ts'
import { randomBytes } from '../memory-files.ts'

const NOW_MS = 1000
const journal: SendJournal = {
  networkUrl: 'https://skerry.example',
  networkKey: randomBytes(32, 1),
  genesisBytes: randomBytes(180, 2),
  ownerSeed: randomBytes(32, 3),
  secret: randomBytes(16, 4),
  grant: undefined,
  expiresAtMs: 2000,
  files: [{ path: 'a', size: 1, mtimeMs: 5 }],
}
const key = SendJournals.keyOf('network', ['/a'], { replicas: 2 })

let dir = ''
let journals = new SendJournals('')

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'skerry-journal-'))
  journals = new SendJournals(dir)
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

/** As a run leaves it that is over. */
async function leave(changes: Partial<SendJournal> = {}, share = 1): Promise<void> {
  await using slot = await journals.create(key, makeShareId(share))
  await slot.save({ ...journal, ...changes })
  await slot.mark({ seq: 7, chunkCount: 32 })
}

describe('the journal of an unfinished share', () => {
  it('comes back as it was, with how far it was signed', async () => {
    await leave({ grant: randomBytes(200, 5) })
    const found = await journals.take(key, NOW_MS)
    expect(found?.journal).toEqual({ ...journal, grant: randomBytes(200, 5) })
    expect(found?.mark).toEqual({ seq: 7, chunkCount: 32 })
    await found?.slot[Symbol.asyncDispose]()
  })

  it('can be read by nobody else', async () => {
    await leave()
    const modes = await Promise.all(
      (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).mode & 0o777),
    )
    expect(modes).toEqual([0o600, 0o600])
  })

  it('is for the same command only', async () => {
    await leave()
    const other = SendJournals.keyOf('network', ['/a'], { replicas: 3 })
    expect(await journals.take(other, NOW_MS)).toBeUndefined()
  })

  it('is not shared by two runs at once', async () => {
    await leave()
    await using first = (await journals.take(key, NOW_MS))?.slot
    expect(first).toBeDefined()
    expect(await journals.take(key, NOW_MS)).toBeUndefined()
  })

  it('is not taken from another process that lives, and is from one that died', async () => {
    await leave()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const found = await readFile(`/proc/${child.pid}/stat`, 'utf8')
    const start = found.slice(found.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    await writeFile(join(dir, `${key}-${makeShareId(1)}.${child.pid}.lock`), start)
    expect(await journals.take(key, NOW_MS)).toBeUndefined()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await using slot = (await journals.take(key, NOW_MS))?.slot
    expect(slot).toBeDefined()
  })

  it('is forgotten once the share has expired', async () => {
    await leave()
    expect(await journals.take(key, journal.expiresAtMs)).toBeUndefined()
    expect(await readdir(dir)).toEqual([])
  })

  it('is forgotten where it is not readable, and the one before it is taken', async () => {
    await leave({}, 1)
    await leave({}, 2)
    const name = `${key}-${makeShareId(2)}.json`
    await writeFile(join(dir, name), '{"v":1')
    await using slot = (await journals.take(key, NOW_MS))?.slot
    expect(slot).toBeDefined()
    expect(await readdir(dir)).not.toContain(name)
  })

  it('goes on without the mark that a power cut lost', async () => {
    await leave()
    await writeFile(join(dir, `${key}-${makeShareId(1)}.mark`), '')
    const found = await journals.take(key, NOW_MS)
    expect(found?.mark).toEqual({ seq: 0, chunkCount: 0 })
    await found?.slot[Symbol.asyncDispose]()
  })

  it('leaves nothing behind when it is removed', async () => {
    await leave()
    const found = await journals.take(key, NOW_MS)
    await found?.slot.remove()
    await found?.slot[Symbol.asyncDispose]()
    expect(await readdir(dir)).toEqual([])
  })
})
