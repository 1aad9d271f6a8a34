import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { runGet, type GetOptions } from '../../../client/cli/get.ts'
import type { CliEvent } from '../../../client/cli/output.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { formatTokenUrl } from '../../../protocol/token.ts'
import { ownHome } from '../own-home.ts'
import { ShareHost } from '../receive/share-host.ts'
import {
  createBlobShare,
  createTestShare,
  DAY_MS,
  deletedView,
  fileBytes,
  viewOf,
  type TestShare,
} from '../receive/test-share.ts'
import { TestSignal } from '../test-signal.ts'

const blob = await createBlobShare('get', 20)
const tree = await createTestShare('tree', [
  { path: 'photos/beach.jpg', size: 700_000, mtimeMs: Date.UTC(2021, 5, 1) },
  { path: 'photos/notes.txt', size: 10 },
  { path: 'photos/empty', size: 0 },
])

const home = ownHome()

const out = (): string => join(home.dir, 'out')

type Run = Readonly<{ said: CliEvent[]; done: Promise<void> }>

/** Starts `get` on a share. */
function start(
  signal: TestSignal,
  share: TestShare,
  changes: Partial<GetOptions> = {},
  stop = new AbortController().signal,
): Run {
  const said: CliEvent[] = []
  const { secret, shareId } = share.owner
  const link = formatTokenUrl(signal.url, { kind: 'link', secret, shareId })
  const context = { output: { event: (event: CliEvent) => said.push(event) }, signal: stop }
  return { said, done: runGet({ link, outputDir: out(), ...changes }, context) }
}

/** Runs `get` to its end and tells what it said. */
async function get(
  signal: TestSignal,
  share: TestShare,
  changes: Partial<GetOptions> = {},
): Promise<CliEvent[]> {
  const { said, done } = start(signal, share, changes)
  await done
  return said
}

/** Bytes that it said are saved. */
function savedBytes({ said }: Run): number {
  const last = said.findLast(({ event }) => event === 'progress')
  return last?.event === 'progress' ? last.doneBytes : 0
}

describe('skerry get', () => {
  it('saves a tree and says where and what each file is', async () => {
    await using host = await ShareHost.start(0, tree, viewOf(tree))
    await using signal = await TestSignal.start([host.seed])
    const said = await get(signal, tree)
    const complete = said.at(-1)
    expect(complete).toMatchObject({ event: 'complete' })
    const files = complete?.event === 'complete' ? complete.files : []
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['photos/beach.jpg', 700_000],
      ['photos/notes.txt', 10],
      ['photos/empty', 0],
    ])
    const content = await readFile(join(out(), 'photos/beach.jpg'))
    expect(Buffer.compare(content, fileBytes(tree, 'photos/beach.jpg'))).toBe(0)
    expect((await stat(join(out(), 'photos/beach.jpg'))).mtimeMs).toBe(Date.UTC(2021, 5, 1))
    const last = said.findLast(({ event }) => event === 'progress')
    expect(last).toMatchObject({ doneBytes: 700_010, totalBytes: 700_010 })
    expect(await readdir(out())).toEqual(['photos'])
    expect((await stat(join(home.dir, 'home'))).mode & 0o777).toBe(0o700)
  })

  it('opens no WebRTC where it is to fetch from seeds alone', async () => {
    await using host = await ShareHost.start(0, tree, viewOf(tree))
    await using signal = await TestSignal.start([host.seed])
    const { secret, shareId } = tree.owner
    const link = formatTokenUrl(signal.url, { kind: 'link', secret, shareId })
    let openedCount = 0
    const context = {
      output: { event: () => undefined },
      signal: new AbortController().signal,
      openRtc: async () => {
        openedCount += 1
        return undefined
      },
    }
    await runGet({ link, outputDir: out(), peers: false }, context)
    expect(openedCount).toBe(0)
    await runGet({ link, outputDir: join(home.dir, 'others'), peers: true }, context)
    expect(openedCount).toBe(1)
  })

  it('goes on where it was stopped', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob))
    await using signal = await TestSignal.start([host.seed])
    host.manners.bytesPerMs = 2000
    const stop = new AbortController()
    const first = start(signal, blob, {}, stop.signal)
    await expect.poll(() => savedBytes(first)).toBeGreaterThan(5 * CHUNK_PLAIN_BYTES)
    stop.abort(new TransferError('STOPPED', 'Ctrl-C'))
    await expect(first.done).rejects.toThrow('Ctrl-C')
    const before = host.sentChunks
    host.manners.bytesPerMs = Infinity
    await get(signal, blob)
    // What was on its way when it was stopped is all that travels again.
    expect(host.sentChunks - before).toBeLessThanOrEqual(20 - 5)
    const content = await readFile(join(out(), 'blob.bin'))
    expect(Buffer.compare(content, fileBytes(blob, 'blob.bin'))).toBe(0)
  })

  it('needs neither the signal server nor every seed once it knows the directory', async () => {
    await using a = await ShareHost.start(0, blob, viewOf(blob))
    await using b = await ShareHost.start(1, blob, viewOf(blob))
    await using other = await ShareHost.start(2, tree, viewOf(tree))
    await using signal = await TestSignal.start([a.seed, b.seed, other.seed])
    await get(signal, tree)
    signal.isDown = true
    a.manners.isDown = true
    await get(signal, blob)
    expect(await readdir(out())).toEqual(['blob.bin', 'photos'])
  })

  it('uses a newer directory as soon as it comes', async () => {
    await using gone = await ShareHost.start(0, blob, viewOf(blob))
    await using fresh = await ShareHost.start(1, blob, viewOf(blob))
    await using signal = await TestSignal.start([gone.seed])
    gone.manners.isDown = true
    const stop = new AbortController()
    const first = start(signal, blob, {}, stop.signal).done
    first.catch(() => undefined)
    await expect.poll(() => gone.log.length).toBeGreaterThan(0)
    stop.abort(new TransferError('STOPPED', 'enough'))
    await expect(first).rejects.toThrow('enough')
    signal.seeds = [gone.seed, fresh.seed]
    signal.version = 2
    await get(signal, blob)
    expect(fresh.sentChunks).toBe(20)
  })

  it('refuses a network with another key than before, or than was given', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob))
    await using signal = await TestSignal.start([host.seed])
    await get(signal, blob)
    const { pinnedUrl } = signal
    signal.changeKey('impostor')
    host.manners.bytesPerMs = 500
    const again = { outputDir: join(home.dir, 'again') }
    await expect(get(signal, blob, again)).rejects.toMatchObject({ code: 'NETWORK_MISMATCH' })
    process.env['SKERRY_HOME'] = join(home.dir, 'other-home')
    const pinned = { ...again, network: pinnedUrl }
    await expect(get(signal, blob, pinned)).rejects.toMatchObject({ code: 'NETWORK_MISMATCH' })
  })

  it('says so when the network is unknown and down, or no network at all', async () => {
    await using signal = await TestSignal.start([])
    signal.isDown = true
    await expect(get(signal, blob)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' })
    signal.isDown = false
    signal.answer = '<html>Please log in to the hotel network</html>'
    await expect(get(signal, blob)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' })
  })

  it('says what is wrong with a link', async () => {
    await using signal = await TestSignal.start([])
    const link = formatTokenUrl(signal.url, { kind: 'link', ...blob.owner })
    for (const [wrong, code] of [
      [link.slice(0, -3), 'LINK_INVALID'],
      [`${link}x`, 'LINK_INVALID'],
      ['hello', 'LINK_INVALID'],
      [formatTokenUrl(signal.url, { kind: 'owner', ...blob.owner }), 'LINK_WRONG_KIND'],
    ] as const) {
      await expect(get(signal, blob, { link: wrong })).rejects.toMatchObject({ code })
    }
  })

  it('takes a link whose # was turned into %23', async () => {
    await using host = await ShareHost.start(0, tree, viewOf(tree))
    await using signal = await TestSignal.start([host.seed])
    const { secret, shareId } = tree.owner
    const link = formatTokenUrl(signal.url, { kind: 'link', secret, shareId }).replace('#', '%23')
    await get(signal, tree, { link })
    expect(await readdir(out())).toEqual(['photos'])
  })

  it('refuses a target that exists before it fetches anything', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob))
    await using signal = await TestSignal.start([host.seed])
    await mkdir(out())
    await writeFile(join(out(), 'blob.bin'), 'mine')
    await expect(get(signal, blob)).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
    expect(host.sentChunks).toBe(0)
  })

  it('tells deleted, expired and unknown shares apart', async () => {
    const nowMs = Date.now()
    await using host = await ShareHost.start(0, blob, deletedView(blob))
    await using signal = await TestSignal.start([host.seed])
    await expect(get(signal, blob)).rejects.toMatchObject({ code: 'SHARE_DELETED' })
    process.env['SKERRY_HOME'] = join(home.dir, 'second-home')
    const over = { issuedAtMs: nowMs - 2 * DAY_MS, expiresAtMs: nowMs - DAY_MS }
    host.show(viewOf(blob, 20, over))
    await expect(get(signal, blob)).rejects.toMatchObject({ code: 'SHARE_EXPIRED' })
    const patience = { missingMs: 500, stalledMs: 60_000 }
    await expect(get(signal, tree, { patience })).rejects.toMatchObject({ code: 'SHARE_MISSING' })
  })

  it('says at once that a link is of another network', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob))
    await using signal = await TestSignal.start([host.seed])
    await using elsewhere = await TestSignal.start([host.seed], 'elsewhere')
    const network = { network: elsewhere.url }
    await expect(get(signal, tree, network)).rejects.toMatchObject({ code: 'NETWORK_MISMATCH' })
  })

  it('gives up with a reason when nothing new comes, and keeps what it has', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob, 16))
    await using signal = await TestSignal.start([host.seed])
    const patience = { missingMs: 1000, stalledMs: 6000 }
    await expect(get(signal, blob, { patience })).rejects.toMatchObject({ code: 'CHUNK_MISSING' })
    host.show(viewOf(blob))
    host.sentChunks = 0
    await get(signal, blob)
    expect(host.sentChunks).toBe(4)
  })

  it('does not give up for the hours that the machine slept', async () => {
    await using host = await ShareHost.start(0, blob, viewOf(blob, 16))
    await using signal = await TestSignal.start([host.seed])
    const { said, done } = start(signal, blob)
    await expect
      .poll(() => said.findLast(({ event }) => event === 'progress'))
      .toMatchObject({
        doneBytes: 16 * CHUNK_PLAIN_BYTES,
      })
    const awake = performance.now.bind(performance)
    using clock = vi.spyOn(performance, 'now').mockImplementation(() => awake() + 7_200_000)
    const count = said.length
    await expect.poll(() => said.length).toBeGreaterThan(count + 2)
    host.show(viewOf(blob))
    await done
    expect(clock).toHaveBeenCalled()
    expect(said.at(-1)?.event).toBe('complete')
  })

  it('asks for a password where one is needed, and takes it from a file', async () => {
    const locked = await createTestShare('locked get', [{ path: 'a', size: 9 }], { password: 'π' })
    await using host = await ShareHost.start(0, locked, viewOf(locked))
    await using signal = await TestSignal.start([host.seed])
    const passwordFile = join(home.dir, 'password')
    await expect(get(signal, locked)).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' })
    await writeFile(passwordFile, 'wrong\n')
    await expect(get(signal, locked, { passwordFile })).rejects.toMatchObject({
      code: 'PASSWORD_WRONG',
    })
    await writeFile(passwordFile, 'π\n')
    await get(signal, locked, { passwordFile })
    expect((await readFile(join(out(), 'a'))).length).toBe(9)
  })
})
