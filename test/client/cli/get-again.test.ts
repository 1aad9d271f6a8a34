import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runGet } from '../../../client/cli/get.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { formatTokenUrl } from '../../../protocol/token.ts'
import { ownHome } from '../own-home.ts'
import { ShareHost } from '../receive/share-host.ts'
import { createBlobShare, createTestShare, viewOf, type TestShare } from '../receive/test-share.ts'
import { MemoryRtc } from '../swarm/memory-rtc.ts'
import { TestSignal } from '../test-signal.ts'

const blob = await createBlobShare('again', 20)
const tree = await createTestShare('tree again', [
  { path: 'photos/beach.jpg', size: 700_000 },
  { path: 'photos/empty', size: 0 },
])

const home = ownHome()

const out = (): string => join(home.dir, 'out')

type Run = Readonly<{ said: CliEvent[]; done: Promise<void> }>

/** Starts `get`, which goes on serving if there is something to stop it with. */
function start({ url }: TestSignal, { owner }: TestShare, stop?: AbortSignal): Run {
  const said: CliEvent[] = []
  const { secret, shareId } = owner
  const link = formatTokenUrl(url, { kind: 'link', secret, shareId })
  const output = { event: (event: CliEvent): void => void said.push(event) }
  const context = { output, signal: stop ?? new AbortController().signal, openRtc }
  const keepServing = stop !== undefined
  return { said, done: runGet({ link, outputDir: out(), keepServing }, context) }
}

async function openRtc(): Promise<MemoryRtc> {
  return new MemoryRtc()
}

async function get(signal: TestSignal, share: TestShare): Promise<CliEvent[]> {
  const { said, done } = start(signal, share)
  await done
  return said
}

it('is complete again where an earlier run saved it: nothing is fetched or written', async () => {
  await using host = await ShareHost.start(0, tree, viewOf(tree))
  await using signal = await TestSignal.start([host.seed])
  const first = await get(signal, tree)
  const before = await stat(join(out(), 'photos/beach.jpg'), { bigint: true })
  host.sentChunks = 0
  const again = await get(signal, tree)
  expect(again.at(-1)).toEqual(first.at(-1))
  expect(host.sentChunks).toBe(0)
  expect(await readdir(out())).toEqual(['photos'])
  const after = await stat(join(out(), 'photos/beach.jpg'), { bigint: true })
  expect([after.ino, after.ctimeNs]).toEqual([before.ino, before.ctimeNs])
})

it('goes on serving from the files that an earlier run saved', async () => {
  await using host = await ShareHost.start(0, blob, viewOf(blob))
  await using signal = await TestSignal.start([host.seed])
  await get(signal, blob)
  const stop = new AbortController()
  const { said, done } = start(signal, blob, stop.signal)
  await expect.poll(() => said.at(-1)?.event).toBe('serving')
  stop.abort(new TransferError('STOPPED', 'Ctrl-C'))
  await done
})

it('refuses a file of the same size that is another one, and leaves it as it is', async () => {
  await using host = await ShareHost.start(0, blob, viewOf(blob))
  await using signal = await TestSignal.start([host.seed])
  await get(signal, blob)
  const path = join(out(), 'blob.bin')
  const mine = await readFile(path)
  mine[mine.length - 1] = (mine.at(-1) ?? 0) ^ 1
  await writeFile(path, mine)
  await expect(get(signal, blob)).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
  expect(Buffer.compare(await readFile(path), mine)).toBe(0)
  expect(await readdir(out())).toEqual(['blob.bin'])
})
