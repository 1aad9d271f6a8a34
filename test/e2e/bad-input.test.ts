import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { assertRefused, type Refusal } from '../scenario/refusal.ts'
import { assertDone, assertSame, assertStored, get, linkOf, send } from '../scenario/round-trip.ts'
import { heldBySeeds, until } from '../scenario/seed-watch.ts'
import { TestNetwork } from './network.ts'
import { PreloadRules } from './preload-rules.ts'
import { RunningCommand, type ClientOptions, type Finished } from './running-command.ts'

const MIB = 1024 ** 2

describe('bad input ends with a clear word, the right exit code and nothing lost:', () => {
  let network: TestNetwork
  let link: string
  let owner: string
  let passwordLink: string

  beforeAll(async () => {
    network = await TestNetwork.start('--no-restart')
    await writeRandomFile(network.path('in', 'file.bin'), 2 * MIB)
    await writeFile(network.path('password'), 'right')
    await writeFile(network.path('wrong'), 'wrong')
    const shares = await Promise.all([
      send(network, 'in'),
      send(network, 'in', '--password-file', network.path('password')),
    ])
    link = shares[0].link
    owner = shares[0].owner
    passwordLink = shares[1].link
  })
  afterAll(() => network[Symbol.asyncDispose]())

  async function refused(
    args: readonly string[],
    refusal: Refusal,
    options?: ClientOptions,
  ): Promise<void> {
    assertRefused(await network.run(args, options), refusal)
  }

  const out = (): string => network.path('nothing-out')
  const getFrom = (url: string): string[] => ['get', link, '-o', out(), '--network', url]

  async function expectNothingSaved(): Promise<void> {
    expect(await readdir(out()).catch(() => [])).toEqual([])
  }

  it('links that were cut, mangled, or are something else', async () => {
    const at = link.length - 20
    const mangled = `${link.slice(0, at)}${link[at] === 'A' ? 'B' : 'A'}${link.slice(at + 1)}`
    const cases: [string, Refusal][] = [
      [link.slice(0, -5), { code: 'LINK_INVALID', says: /cut off.*Copy the whole link again/ }],
      [mangled, { code: 'LINK_INVALID', says: /changed.*Copy it again/ }],
      ['hello world', { code: 'LINK_INVALID', says: /not a Skerry link/ }],
      [`${network.url}/#`, { code: 'LINK_INVALID', says: /no link here/ }],
      [owner, { code: 'LINK_WRONG_KIND', says: /not a link to read/, exit: 2 }],
    ]
    const runs = cases.map(([text, refusal]) => refused(['get', text, '-o', out()], refusal))
    await Promise.all(runs)
    await expectNothingSaved()
  })

  it('a link whose # became %23 is a good one', async () => {
    await get(network, link.replace('#', '%23'), 'in')
    await assertSame(network, 'in')
    expect(await readdir(network.path('in-out'))).toEqual(['in'])
  })

  it('a password that is missing or wrong', async () => {
    const asked = ['get', passwordLink, '-o', out()]
    const wrong = ['--password-file', network.path('wrong')]
    const absent = ['--password-file', network.path('no such file')]
    await Promise.all([
      refused(asked, { code: 'PASSWORD_NEEDED', says: /password/ }),
      refused([...asked, ...wrong], { code: 'PASSWORD_WRONG', says: /password/ }),
      refused([...asked, ...absent], { code: 'USAGE', says: /cannot be read/, exit: 2 }),
    ])
    await expectNothingSaved()
    assertDone(await network.run([...asked, '--password-file', '-'], { input: 'right\n' }))
    await rm(out(), { recursive: true })
  })

  it('a network with another key, or one that is not there', async () => {
    const key = 'A'.repeat(43)
    const [home, other] = [{ home: 'fresh' }, 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik']
    await Promise.all([
      refused(getFrom(`${network.url}#${other}`), {
        code: 'NETWORK_MISMATCH',
        says: /another key/,
      }),
      refused(getFrom(`${network.url}#${key}x`), { code: 'USAGE', says: /not a key/, exit: 2 }),
      refused(
        getFrom('http://127.0.0.1:1'),
        { code: 'NETWORK_UNREACHABLE', says: /cannot be/ },
        home,
      ),
      refused(getFrom('nonsense'), { code: 'USAGE', says: /named by a URL/, exit: 2 }),
    ])
    await expectNothingSaved()
  })

  it('nothing to send, no such file, a pipe, and links that lead back into themselves', async () => {
    const path = (name: string): string => network.path('odd', name)
    await mkdir(path('loop'), { recursive: true })
    await symlink('.', path('loop/back'))
    await symlink('itself', path('itself'))
    await symlink('nowhere', path('dangling'))
    execFileSync('mkfifo', [path('pipe')])
    const cases: [string[], Refusal][] = [
      [[], { code: 'USAGE', says: /Missing required argument 'PATH'\./, exit: 2 }],
      [[''], { code: 'USAGE', says: /empty/, exit: 2 }],
      [[path('missing')], unreadable(/missing does not exist/)],
      [[path('dangling')], unreadable(/dangling does not exist, or is a link to nothing/)],
      [[path('pipe')], unreadable(/pipe is a pipe/)],
      [[path('loop')], unreadable(/leads back into itself/)],
      [[path('itself')], unreadable(/leads to itself/)],
      [[path('loop'), network.path('odd', 'loop')], { code: 'USAGE', says: /Two of/, exit: 2 }],
      [['--expires', 'soon', path('x')], { code: 'USAGE', says: /A time looks like/, exit: 2 }],
      [['--expire', '7d', path('x')], { code: 'USAGE', says: /Did you mean --expires\?/, exit: 2 }],
      [['--deny', 'UK', path('x')], { code: 'USAGE', says: /Did you mean GB\?/, exit: 2 }],
      [['--deny', 'EU', path('x')], { code: 'USAGE', says: /"EU" is no ISO 3166/, exit: 2 }],
    ]
    const runs = cases.map(([paths, refusal]) => refused(['send', ...paths], refusal))
    await expect(Promise.all(runs)).resolves.toHaveLength(cases.length)
  })

  it('a file that may not be read', async () => {
    // Nobody keeps root from reading: another user asks, who needs a place of their own.
    const user = process.getuid?.() === 0 ? 65_534 : undefined
    const file = network.path('secret')
    await writeFile(file, 'x', { mode: 0o000 })
    execFileSync('chmod', ['a+rx', network.dir])
    const home = { SKERRY_HOME: '/tmp/skerry-nobody' }
    await using command = network.start(['send', file], { env: home, user })
    assertRefused(await command.finish(), {
      code: 'FILE_UNREADABLE',
      says: /may not be read by you/,
    })
    expect(await readdir(dirname(file))).toContain('secret')
  })

  it('a file that changes while it is sent: the share is given up, and its link says so', async () => {
    await writeRandomFile(network.path('changing', 'file.bin'), 24 * MIB)
    const { finished, link: given } = await meanwhile('changing', async (file) => {
      await writeFile(file, 'another', { flag: 'r+' })
    })
    assertRefused(finished, { code: 'FILE_CHANGED', says: /changed while.*given up/s })
    const gone = await network.run(['get', given, '-o', out()])
    expect(gone.said.at(-1)).toMatchObject({ event: 'error', code: 'SHARE_DELETED' })
    await expectNothingSaved()
  })

  it('a file that vanishes while it is sent: back again, the same command goes on', async () => {
    await writeRandomFile(network.path('vanishing', 'file.bin'), 24 * MIB)
    const moved = network.path('moved.bin')
    const { finished, link: given } = await meanwhile('vanishing', (file) => rename(file, moved))
    assertRefused(finished, { code: 'FILE_UNREADABLE', says: /vanished while it was being sent/ })
    await rename(moved, network.path('vanishing', 'file.bin'))
    await using again = network.start(['send', network.path('vanishing')])
    expect(await linkOf(again)).toBe(given)
    assertStored(await again.finish())
    await get(network, given, 'vanishing')
    await assertSame(network, 'vanishing')
  })

  it('a target that exists stays as it is', async () => {
    const target = network.path('taken')
    await mkdir(target)
    await writeFile(network.path('taken', 'in'), 'mine')
    const exists = { code: 'TARGET_EXISTS', says: /exists already.*-o/ }
    await refused(['get', link, '-o', target], exists)
    expect(await readFile(network.path('taken', 'in'), 'utf8')).toBe('mine')
    expect(await readdir(target)).toEqual(['in'])
    // A file where the folder should be.
    const inTheWay = { code: 'FILE_UNREADABLE', says: /a file is in the way/ }
    await refused(['get', link, '-o', network.path('taken', 'in', 'deeper')], inTheWay)
    const noFolder = { code: 'FILE_UNREADABLE', says: /taken.in .* it is a file, not a folder/ }
    await refused(['get', link, '-o', network.path('taken', 'in')], noFolder)
    const nowhere = { code: 'FILE_UNREADABLE', says: /^\/proc\/nope .* no folder can be made/ }
    await refused(['get', link, '-o', '/proc/nope'], nowhere)
  })

  it('a folder of a server that cannot be made', async () => {
    const nowhere = { code: 'FILE_UNREADABLE', says: /^\/proc\/nope.* no folder can be made/ }
    const place = ['--port', '0', '--dir', '/proc/nope']
    for (const command of ['seed', 'signal', 'up']) {
      const finished = await network.run([command, ...place])
      assertRefused(finished, nowhere)
      // Nothing began before it.
      expect(finished.said).toHaveLength(1)
    }
  })

  it('a port and a folder that another process has', async () => {
    const port = new URL(network.url).port
    const up = network.path('up')
    const taken = { code: 'PORT_IN_USE', says: new RegExp(`Port ${port} .*in use`) }
    const held = { code: 'FOLDER_IN_USE', says: /The folder .* is in use.*--dir/ }
    const seed = network.seed(0)
    const identity = ['--identity', `${up}/keys/seed-1-nz`]
    await Promise.all([
      refused(['signal', '--port', port, '--dir', network.path('signal-2')], taken),
      refused(['up', '--port', port, '--dir', network.path('up-2')], taken),
      refused(['signal', '--port', '0', '--dir', `${up}/signal`], held),
      refused(['up', '--port', '0', '--dir', up], held),
      refused(['seed', '--port', '0', '--dir', seed.dir, ...identity], held),
      refused(['seed', '--port', new URL(seed.url).port, '--dir', network.path('s'), ...identity], {
        code: 'PORT_IN_USE',
        says: /Port \d+ is in use/,
      }),
      refused(['seed', '--port', '0', '--dir', network.path('s2')], {
        code: 'INVITATION_INVALID',
        says: /Ask the network for an invitation/,
      }),
    ])
    // Whoever had it goes on.
    assertDone(await network.run(['status', link]))
    await expectNothingSaved()
  })

  it('what a person is told without --json is the same sentence, and nothing else', async () => {
    const env = { SKERRY_HOME: network.path('home'), SKERRY_NETWORK: network.url }
    await using command = new RunningCommand(['get', link.slice(0, -5)], env)
    const { code, stderr } = await command.finish()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^skerry: This link was cut off[^\n]*\n$/),
    ])
  })

  /** Sends a folder of one file, and does something to the file while the sender stands still. */
  async function meanwhile(
    folder: string,
    change: (file: string) => Promise<void>,
  ): Promise<{ finished: Finished; link: string }> {
    // So slow that it is not done before the change.
    await using rules = await PreloadRules.create({ bodyMs: { client: 500 } })
    await using sending = network.start(['send', network.path(folder)], { env: rules.env })
    const given = await linkOf(sending)
    await until(async () => (await heldBySeeds(network, given).catch(() => 0)) > 0)
    sending.kill('SIGSTOP')
    await change(network.path(folder, 'file.bin'))
    sending.kill('SIGCONT')
    return { finished: await sending.finish(), link: given }
  }
})

function unreadable(says: RegExp): Refusal {
  return { code: 'FILE_UNREADABLE', says }
}
