import { writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { TransferError } from './protocol/errors.ts'
import { parseNetwork } from './protocol/http/signal-json.ts'
import { readDirectory } from './protocol/record/directory.ts'
import { invite } from './signal/invitation.ts'
import { freePort, keptPorts } from './skerry-ports.ts'
import { writeLine, type CommonFlags, type Context } from './skerry-run.ts'
import { makeServerFolder } from './skerry-server.ts'
import type { IceFlags } from './skerry-signal.ts'
import { SupervisedChild, type ReadyLine, type SupervisedEvent } from './skerry-child.ts'

export type UpFlags = CommonFlags &
  IceFlags &
  Readonly<{
    port: number
    host: string
    /** Everything `up` keeps: keys in `keys/`, each seed's data in `seeds/`. */
    dir: string
    /** Jurisdictions, one seed each. */
    seeds: string[]
    /** Of the signal server. */
    accessTokenFile?: string
    restart: boolean
  }>

export type UpSeed = Readonly<{
  id: string
  url: string
  operator: string
  jurisdiction: string
  pid: number
  dir: string
}>

export type UpEvent =
  | Readonly<{ event: 'ready'; url: string; signal: { pid: number }; seeds: readonly UpSeed[] }>
  | Readonly<{
      event: SupervisedEvent['type'] | 'full'
      name: string
      pid?: number
      message: string
    }>

type SeedPlace = Readonly<{
  name: string
  jurisdiction: string
  operator: string
  port: number
  dir: string
}>

const DIRECTORY_TRIES = 600
const DIRECTORY_PAUSE_MS = 100

/** `skerry up`: runs until it is stopped. @throws {TransferError} As `runNetwork` does. */
export async function up(flags: UpFlags, { isJson, signal, output }: Context): Promise<void> {
  const say = (event: UpEvent): void => {
    if (isJson) writeLine(JSON.stringify(event))
    else output.event({ event: 'note', message: wordsOf(event) })
  }
  await runNetwork(flags, say, signal)
}

/**
 * A whole network on one machine: the signal server and each seed as a process of its own.
 *
 * @param say - Told what happens; `ready` comes once every seed stands in the directory.
 * @param until - Ends everything when it aborts.
 * @throws {TransferError} USAGE, PORT_IN_USE, FOLDER_IN_USE, or whatever kept a child from starting.
 */
async function runNetwork(
  options: UpFlags,
  say: (event: UpEvent) => void,
  until: AbortSignal,
): Promise<void> {
  const places = await placesOf(options)
  await using children = new AsyncDisposableStack()
  const report = (event: SupervisedEvent): void => say(wordsFor(event))
  const start = async (
    name: string,
    args: readonly string[],
  ): Promise<[SupervisedChild, ReadyLine]> => {
    const child = children.use(new SupervisedChild({ name, args }, options.restart, report))
    return [child, await child.start()]
  }
  const keyFile = join(options.dir, 'keys', 'signal.key')
  // Of its own choice it would have another one each time it is started again.
  const taken = places.map(({ port }) => port)
  const port = options.port === 0 ? await freePort(0, taken) : options.port
  const [signal, signalReady] = await start('signal', signalArgs({ ...options, port }, keyFile))
  const url = String(signalReady['url'])
  const full = new Set<string>()
  const seeds = await Promise.all(
    places.map(async (place) => {
      const invitation = await writeInvitation(options, { keyFile, url }, place)
      const [child, ready] = await start(place.name, seedArgs(options, place, invitation))
      const seed = seedOf(place, ready, child.pid)
      if (ready['state'] === 'full') full.add(seed.id)
      return seed
    }),
  )
  await untilListed(url, seeds, full)
  say({ event: 'ready', url, signal: { pid: signal.pid ?? 0 }, seeds })
  for (const seed of seeds) if (full.has(seed.id)) say(fullEvent(seed))
  if (!until.aborted) await once(until, 'abort')
}

function signalArgs(flags: UpFlags, keyFile: string): string[] {
  const { host, port, dir, accessTokenFile } = flags
  const place = ['--host', host, '--port', String(port), '--dir', join(dir, 'signal')]
  // Seeds of one machine join within a second of each other: nobody should wait a minute for the second.
  const rest = ['--key-file', keyFile, '--directory-interval', '1s', '--loopback']
  const access = accessTokenFile === undefined ? [] : ['--access-token-file', accessTokenFile]
  return ['signal', ...place, ...rest, ...access, ...iceArgs(flags)]
}

function iceArgs({ stun, turn, turnSecretFile }: IceFlags): string[] {
  const urls = [
    stun === undefined ? [] : ['--stun', ...stun],
    turn === undefined ? [] : ['--turn', ...turn],
  ]
  return [
    ...urls.flat(),
    ...(turnSecretFile === undefined ? [] : ['--turn-secret-file', turnSecretFile]),
  ]
}

function seedArgs({ host, dir }: UpFlags, place: SeedPlace, invitation: string): string[] {
  const listen = ['--host', host, '--port', String(place.port), '--admin-port', '0']
  const files = ['--dir', place.dir, '--identity', join(dir, 'keys', place.name)]
  return ['seed', ...listen, ...files, '--join', invitation, '--directory-interval', '1s']
}

function seedOf(place: SeedPlace, ready: ReadyLine, pid: number | undefined): UpSeed {
  const { operator, jurisdiction, dir } = place
  return {
    id: String(ready['id']),
    url: String(ready['url']),
    operator,
    jurisdiction,
    pid: pid ?? 0,
    dir,
  }
}

async function placesOf({ seeds: jurisdictions, dir, port }: UpFlags): Promise<SeedPlace[]> {
  await makeServerFolder(join(dir, 'keys'))
  // The ports after the app's where they are free, and the same ones at every start.
  const wanted = jurisdictions.map((_, i) => (port === 0 ? 0 : port + 1 + i))
  const ports = await keptPorts(join(dir, 'ports.json'), wanted)
  return jurisdictions.map((jurisdiction, i) => {
    const name = `seed-${i + 1}-${jurisdiction.toLowerCase()}`
    const operator = `Operator ${i + 1}`
    return { name, jurisdiction, operator, port: ports[i] ?? 0, dir: join(dir, 'seeds', name) }
  })
}

async function writeInvitation(
  { dir }: UpFlags,
  network: { keyFile: string; url: string },
  { name, jurisdiction, operator }: SeedPlace,
): Promise<string> {
  const file = join(dir, 'keys', `${name}.invitation`)
  const text = await invite({ ...network, jurisdiction, operator })
  await writeFile(file, text, { mode: 0o600 })
  return file
}

/** Waits until every seed stands in the directory: before, nothing could be stored at those that have room. */
async function untilListed(
  url: string,
  seeds: readonly UpSeed[],
  full: ReadonlySet<string>,
): Promise<void> {
  for (let tries = 0; tries < DIRECTORY_TRIES; tries += 1) {
    const response = await fetch(`${url}/v1/network`)
    const network = parseNetwork(await response.json())
    const listed = readDirectory(network.directory, network.key).seeds
    const open = new Set<string>(listed.filter(({ state }) => state === 'open').map(({ id }) => id))
    if (seeds.every(({ id }) => full.has(id) || open.has(id))) return
    await new Promise((resolve) => setTimeout(resolve, DIRECTORY_PAUSE_MS))
  }
  throw new TransferError('STOPPED', 'The seeds did not appear in the directory in time.')
}

function fullEvent({ operator, jurisdiction, dir }: UpSeed): UpEvent {
  const name = `${operator} (${jurisdiction})`
  const why = `a seed leaves a twentieth of its disk free, and at least 1 GB, and ${dir} has no more`
  const next = 'What it keeps can be opened. Free some space, or start with another --dir.'
  const message = `${name} takes no new shares: ${why}. ${next}`
  return { event: 'full', name, message }
}

function wordsFor(event: SupervisedEvent): UpEvent {
  if (event.type === 'restarted') {
    return {
      event: 'restarted',
      name: event.name,
      pid: event.pid,
      message: `${event.name} is back.`,
    }
  }
  const next =
    event.restartInMs === undefined
      ? 'It is not started again.'
      : `It is started again in ${event.restartInMs / 1000} s.`
  return { event: 'ended', name: event.name, message: `${event.name} ended. ${next}` }
}

function wordsOf(event: UpEvent): string {
  if (event.event !== 'ready') return event.message
  const seeds = event.seeds.map(
    ({ operator, jurisdiction, url }) => `  ${operator} (${jurisdiction})  ${url}`,
  )
  return `Skerry is at ${event.url}\nSeeds:\n${seeds.join('\n')}\nStop it with Ctrl-C; what is stored stays.`
}
