import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTokenUrl } from '../../protocol/token.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { assertRefused } from '../scenario/refusal.ts'
import { assertDone, assertSame, assertStored, get, linkOf, send } from '../scenario/round-trip.ts'
import { savedBytes } from '../scenario/command-kills.ts'
import { extentBytes, until } from '../scenario/seed-watch.ts'
import { SmallDisk } from '../scenario/small-disk.ts'
import { TestNetwork } from './network.ts'
import { PreloadRules } from './preload-rules.ts'

const MIB = 1024 ** 2

const probe = mkdtempSync(join(tmpdir(), 'skerry-probe-'))
const canMount = SmallDisk.canMount(probe)
rmSync(probe, { recursive: true })

describe('a disk without room ends it with a clear word, and nothing lost:', () => {
  let network: TestNetwork
  let link: string

  beforeAll(async () => {
    network = await TestNetwork.start('--no-restart')
    await writeRandomFile(network.path('in', 'file.bin'), 9 * MIB)
    link = (await send(network, 'in')).link
  })
  afterAll(() => network[Symbol.asyncDispose]())

  function mount(name: string, bytes: number): SmallDisk {
    const disk = SmallDisk.mount(network.path(name), bytes)
    if (disk === undefined) throw new Error('no disk')
    return disk
  }

  it.skipIf(!canMount)("the sender's", async () => {
    using disk = mount('full-home', 2 * MIB)
    await disk.fill()
    const sending = ['send', network.path('in')]
    const home = { home: 'full-home' }
    const full = { code: 'DISK_FULL', says: /full-home is full.*SKERRY_HOME/ }
    assertRefused(await network.run(sending, home), full)
    disk.free()
    // What comes from a pipe has to lie on a disk first.
    const input = 'x'.repeat(4 * MIB)
    const spooled = { code: 'DISK_FULL', says: /full\. Nothing was sent\./ }
    assertRefused(await network.run(['send', '-'], { ...home, input }), spooled)
    assertStored(await network.run(sending, home))
    expect(await readdir(network.path('full-home', 'spool'))).toEqual([])
  })

  it.skipIf(!canMount)("the recipient's, before anything is fetched", async () => {
    using disk = mount('small-out', 4 * MIB)
    const lacks = { code: 'DISK_FULL', says: /lacks .* MB for this share.*-o/ }
    assertRefused(await network.run(['get', link, '-o', disk.path]), lacks)
    expect(await readdir(disk.path)).toEqual([])
  })

  it.skipIf(!canMount)("the recipient's, in the middle: what came is kept", async () => {
    using disk = mount('filling-out', 12 * MIB)
    const command = ['get', link, '-o', disk.path]
    // However fast it is, it is in the middle.
    await using rules = await PreloadRules.create({ partMs: { client: 20 } })
    await using getting = network.start(command, { env: rules.env })
    await until(async () => (await savedBytes(disk.path)) > 0)
    getting.kill('SIGSTOP')
    const saved = await savedBytes(disk.path)
    await disk.fill()
    getting.kill('SIGCONT')
    const kept = {
      code: 'DISK_FULL',
      says: /is full\. What was received is kept in .*run the same/,
    }
    assertRefused(await getting.finish(), kept)
    expect(await savedBytes(disk.path)).toBeGreaterThanOrEqual(saved)
    disk.free()
    assertDone(await network.run(command))
    expect(await readdir(disk.path)).toEqual(['in'])
  })

  it("the seeds': the sender waits and says why, and goes on when there is room", async () => {
    for (const seed of network.seeds) {
      // Below its high-water mark, and yet without room for as much again.
      const gigabytes = (await extentBytes(seed)) / 0.8 / 1e9
      await network.killSeed(seed)
      await network.startSeed(seed, '--capacity', String(gigabytes))
    }
    await writeRandomFile(network.path('more', 'file.bin'), 20 * MIB)
    await using sending = network.start(['send', network.path('more')])
    const given = await linkOf(sending)
    await sending.until(({ note }) => /does not take it: .* no room/.test(String(note)))
    sending.kill('SIGTERM')
    assertRefused(await sending.finish(), { code: 'STOPPED', says: /What was done is kept/ })
    for (const seed of network.seeds) {
      await network.killSeed(seed)
      await network.startSeed(seed)
    }
    await using again = network.start(['send', network.path('more')])
    expect(await linkOf(again)).toBe(given)
    assertStored(await again.finish())
    await get(network, given, 'more')
    await assertSame(network, 'more')
  })
})

describe('a disk that does not answer', () => {
  let network: TestNetwork
  beforeAll(async () => {
    network = await TestNetwork.start('--no-restart')
    await writeRandomFile(network.path('in', 'file.bin'), MIB)
  })
  afterAll(() => network[Symbol.asyncDispose]())

  it('is named as what is waited for, and a signal ends the command all the same', async () => {
    const { link } = await send(network, 'in')
    const work = network.path('out', `.skerry-${parseTokenUrl(link).token.shareId.slice(0, 16)}`)
    await mkdir(work, { recursive: true })
    // Whoever opens it to read waits for somebody to write.
    execFileSync('mkfifo', [join(work, 'finished.json')])
    await using getting = network.start(['get', link, '-o', network.path('out')])
    const { message } = await getting.until(({ event }) => event === 'note')
    expect(message).toMatch(/^Opening the output folder .*out: its disk has not answered yet\.$/)
    getting.kill('SIGINT')
    const { said } = await getting.finish()
    expect(said.at(-1)).toMatchObject({ event: 'error', code: 'STOPPED' })
  })
})
