import { once } from 'node:events'
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { base64urlnopad } from '@scure/base'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { Bytes } from '../../protocol/bytes.ts'
import { TappedWire } from '../e2e/tapped-wire.ts'
import { PageWorld } from '../page/page-world.ts'
import type { Tab } from '../page/tab.ts'
import { assertDone, get, send } from '../scenario/round-trip.ts'
import { found, secretBytes, secretsOf, secretText, withoutReadToken } from '../scenario/secrets.ts'

const PASSWORD = 'the keeper counts 31 gulls'
const WRONG = 'the keeper counts 13 gulls'
const CODE = 'herring-and-kelp-8841'
const FOLDER = 'Inheritance of Aunt Maud'
const FILES = {
  'last will <draft>.txt': 'the lighthouse goes to nobody',
  'größe 雪.bin': 'unwritten',
}

let folder: Awaited<ReturnType<typeof mkdtempDisposable>>
let tap: TappedWire
let world: PageWorld
/** What browsers asked, said and were called. */
const asked: string[] = []
const titles = new Set<string>()
const links: { link: string; owner: string }[] = []

beforeAll(async () => {
  folder = await mkdtempDisposable(join(tmpdir(), 'skerry-code-'))
  tap = await TappedWire.create()
  const codeFile = join(folder.path, 'code')
  await writeFile(codeFile, CODE)
  const args = ['--access-token-file', codeFile, '--no-restart']
  world = await PageWorld.startWith({ args, env: tap.env })
  await mkdir(world.path(FOLDER))
  for (const [name, text] of Object.entries(FILES))
    await writeFile(world.path(FOLDER, name), text.repeat(2000))
})
// Each has the time of a hook: on a slow machine both together would take too long.
beforeAll(() => useThePage())
beforeAll(() => useTheCommand(join(folder.path, 'code')))
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await tap[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** A visitor whose every request, line in the console and title is written down. */
async function visit(url: string): Promise<Tab> {
  const tab = await world.visit('about:blank')
  const context = tab.page.context()
  context.on('request', (request) => {
    asked.push(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())}`)
  })
  context.on('console', (message) => asked.push(message.text()))
  await context.exposeFunction('heardTitle', (title: string) => titles.add(title))
  await context.addInitScript(() => {
    const { heardTitle } = globalThis as unknown as { heardTitle: (title: string) => void }
    const tell = (): void => heardTitle(document.title)
    addEventListener('DOMContentLoaded', () => {
      tell()
      new MutationObserver(tell).observe(document.head, { childList: true, subtree: true })
    })
  })
  await tab.page.goto(url)
  return tab
}

/** Everything that a person does in the page: sends, asks the seeds, gives wrong and right passwords, saves. */
async function useThePage(): Promise<void> {
  await using sender = await visit(world.network.url)
  await sender.choose(world.path(FOLDER), 'folder')
  await sender.page.getByLabel('Access code').fill(CODE)
  const link = await sender.send({ password: PASSWORD })
  await sender.untilStored()
  await sender.page.getByText('Who keeps it').click()
  await sender.page.getByRole('button', { name: 'Ask each for a random piece' }).click()
  await sender.page.getByText('Showed a correct piece').nth(1).waitFor()
  await sender.page.getByText('Delete or extend it later').click()
  const owner = await sender.page.getByLabel('Owner link, keep it secret').inputValue()
  links.push({ link, owner })
  await using recipient = await visit(link)
  const field = recipient.page.locator('password-form input')
  const open = recipient.page.getByRole('button', { name: 'Open the files' })
  await field.fill(WRONG)
  await open.click()
  await recipient.untilSaid('That password does not open it')
  await field.fill(PASSWORD)
  await open.click()
  await recipient.save()
  await recipient.untilSaid(/every byte checked/)
  // A mangled link is a path, until the page has put it right: that is the sender's program, and no doing of ours.
  await recipient.page.goto(owner)
  await recipient.untilSaid('This is not a link to read files with')
}

/** The same from the command line, with a seed that lost a piece and one that dies. */
async function useTheCommand(codeFile: string): Promise<void> {
  const { network } = world
  const { link, owner } = await send(network, FOLDER, '--access-token-file', codeFile)
  links.push({ link, owner })
  const [first, second] = [network.seed(0), network.seed(1)]
  const extents = await readdir(join(first.dir, 'shares'), { recursive: true })
  for (const name of extents.filter((one) => one.endsWith('.ext')))
    await writeFile(join(first.dir, 'shares', name), 'rotten', { flag: 'r+' })
  await get(network, link, FOLDER)
  assertDone(await network.run(['status', link]))
  const token = { input: owner }
  assertDone(await network.run(['extend', '--token-file', '-', '--expires', '20d'], token))
  assertDone(await network.run(['delete', '--token-file', '-'], token))
  await network.killSeed(second)
  await network.startSeed(second)
}

async function allSecrets(): Promise<{ secrets: Parameters<typeof found>[0]; tokens: Bytes[] }> {
  const shares = await Promise.all(links.map((one) => secretsOf(one, world.network.seed(0).url)))
  const names = [FOLDER, ...Object.keys(FILES)].map((name) => secretText('a name', name))
  const contents = Object.values(FILES).map((text) => secretText('content', text))
  const passwords = [PASSWORD, WRONG].map((text) => secretText('a password', text))
  const secrets = [...shares.flatMap((share) => share.secrets), ...names, ...contents, ...passwords]
  return { secrets, tokens: shares.map(({ readToken }) => readToken) }
}

describe('B08: no link secret, token, password or name', () => {
  it('is in anything that goes over the line, but the read token where a seed is told it', async () => {
    const { secrets, tokens } = await allSecrets()
    const readTokens = tokens.map((token) => secretBytes('a read token', token))
    const { url, seeds } = world.network
    const complaints: string[] = []
    for (const server of [url, ...seeds.map((seed) => seed.url)]) {
      const requests = await tap.read(server, 'in')
      expect(requests.length).toBeGreaterThan(3)
      const told = requests.map((bytes) =>
        server === url
          ? Buffer.from(bytes.toString('latin1').replaceAll(`Bearer ${CODE}`, ''), 'latin1')
          : tokens.reduce(withoutReadToken, bytes),
      )
      const everything = [...told, ...(await tap.read(server, 'out'))]
      const hidden = [...secrets, ...readTokens, secretText('the access code', CODE)]
      for (const bytes of everything) complaints.push(...found(hidden, server, bytes))
    }
    expect(complaints).toEqual([])
  })

  it('is in any address, header or line of the console that a browser had to do with, or in a title', async () => {
    const { secrets } = await allSecrets()
    expect(asked.length).toBeGreaterThan(30)
    expect([...titles].toSorted()).toEqual(expect.arrayContaining(['Saved · Skerry', 'Skerry']))
    const all = Buffer.from([...asked, ...titles].join('\n'))
    expect(found(secrets, 'a browser', all)).toEqual([])
  })

  it('is in the log or the metrics of any server, also where something went wrong', async () => {
    const { secrets, tokens } = await allSecrets()
    const { network } = world
    const { log } = network
    expect(log).toContain('"event":"damaged"')
    const servers = [network.url, ...network.seeds.map((seed) => seed.url)]
    const metrics = await Promise.all(
      servers.map(async (server) => (await fetch(`${server}/metrics`)).text()),
    )
    const ids = links.map(({ link }) => secretText('a share', shareIdIn(link)))
    const hidden = [...secrets, ...ids, ...tokens.map((token) => secretBytes('a token', token))]
    expect(found(hidden, 'a log', Buffer.from(log))).toEqual([])
    expect(found(hidden, 'metrics', Buffer.from(metrics.join('\n')))).toEqual([])
  })

  it('is on the disk of any server: a seed keeps the read token, and nobody keeps more', async () => {
    const { secrets } = await allSecrets()
    const dir = world.path('up')
    const names = await readdir(dir, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(10)
    const complaints: string[] = []
    for (const { parentPath, name } of files) {
      const bytes = await readFile(join(parentPath, name))
      complaints.push(...found(secrets, name, bytes))
    }
    expect(complaints).toEqual([])
  })

  it('would go unseen: what is told is found in a path, a header, a body and the message of a WebSocket', async () => {
    const tokens = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte))
    const [path, header, body, message] = tokens.map((bytes) => base64urlnopad.encode(bytes))
    process.env['SKERRY_TEST_TAP'] = tap.folder
    await import('../e2e/wire-tap.ts')
    const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${portOf(server)}`
    new WebSocketServer({ server }).on('connection', (socket) => {
      socket.on('message', () => socket.close())
    })
    await fetch(`${url}/a?token=${path}`, { headers: { 'x-token': header ?? '' } })
    await fetch(url, { method: 'POST', body: body ?? '' })
    const socket = new WebSocket(url)
    socket.on('open', () => socket.send(JSON.stringify({ message: `${message}`.padEnd(300) })))
    await once(socket, 'close')
    server.close()
    const everything = Buffer.concat(await tap.read(url, 'in'))
    const secrets = tokens.map((bytes, i) => secretBytes(`token ${i}`, bytes))
    expect(found(secrets, '', everything)).toHaveLength(4)
  })
})

function shareIdIn(link: string): string {
  return Buffer.from(new URL(link).hash.slice(1), 'base64url').subarray(17, 37).toString('hex')
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
