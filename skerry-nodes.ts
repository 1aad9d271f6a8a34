import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import proxyAddr from '@fastify/proxy-addr'
import { readOptionalSecret } from './client/cli/secret-input.ts'
import { LinkAllowance } from './client/engine/net/link-allowance.ts'
import type { RtcPort } from './client/engine/net/rtc-port.ts'
import { TransferError } from './protocol/errors.ts'
import { SEED_LINKS_MAX, SEED_LINKS_PER_MINUTE_MAX } from './protocol/limits.ts'
import type { SeedLogLine } from './seed/seed-log.ts'
import { startSeedProcess } from './seed/seed-process.ts'
import { invite } from './signal/invitation.ts'
import type { SignalOptions } from './signal/options.ts'
import { startSignal } from './signal/signal.ts'
import { writeLine, type CommonFlags, type Context } from './skerry-run.ts'

type ListenFlags = CommonFlags &
  Readonly<{ host: string; port: number; dir: string; trustProxy?: string[] }>

export type SignalFlags = ListenFlags &
  Readonly<{
    keyFile?: string
    name: string
    app?: string
    accessTokenFile?: string
    allowOrigin?: string[]
    loopback?: true
    directoryInterval?: number
  }> &
  IceFlags

/** Servers that help others to connect; `up` hands these on to its signal server. */
export type IceFlags = Readonly<{ stun?: string[]; turn?: string[]; turnSecretFile?: string }>

export type InviteFlags = CommonFlags &
  Readonly<{ dir: string; keyFile?: string; url?: string; jurisdiction: string; operator: string }>

export type SeedFlags = ListenFlags &
  Readonly<{
    join?: string
    identity?: string
    url?: string[]
    adminPort: number
    capacity?: number
    maxLife?: number
    directoryInterval?: number
    lettingGo?: number
    webrtc: boolean
  }>

export type DrainFlags = CommonFlags & Readonly<{ dir: string; adminPort?: number }>

const ADMIN_PORT_FILE = 'admin-port'

/** `skerry signal`: runs until it is stopped. */
export async function signal(flags: SignalFlags, context: Context): Promise<void> {
  const { dir, host, port, name, accessTokenFile, directoryInterval } = flags
  const origins = originsOf(flags)
  const appDir = flags.app ?? builtPage()
  const accessToken = await readOptionalSecret(accessTokenFile, 'the access token')
  await using running = await startSignal({
    dir,
    host,
    port,
    name,
    keyFile: await keyFileOf(flags),
    isLoopback: flags.loopback === true,
    ...origins,
    ...proxiesOf(flags),
    ...(await iceOf(flags)),
    ...(appDir === undefined ? {} : { appDir }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(directoryInterval === undefined ? {} : { directoryIntervalMs: directoryInterval }),
  })
  sayReady(context, { url: running.url }, `The signal server is at ${running.url}`)
  await untilStopped(context)
}

/** `skerry invite`: prints the invitation. */
export async function writeInvitation(flags: InviteFlags): Promise<void> {
  const { jurisdiction, operator, url = process.env['SKERRY_NETWORK'] } = flags
  if (url === undefined) {
    throw new TransferError(
      'USAGE',
      'Say where the signal server is, with --url or SKERRY_NETWORK.',
    )
  }
  const invitation = await invite({ jurisdiction, operator, url, keyFile: await keyFileOf(flags) })
  writeLine(flags.json === true ? JSON.stringify({ event: 'invitation', invitation }) : invitation)
}

/** `skerry seed`: runs until it is stopped. */
export async function seed(flags: SeedFlags, context: Context): Promise<void> {
  const { dir, host, port, adminPort, url: urls, capacity, maxLife } = flags
  const { directoryInterval, lettingGo } = flags
  const proxies = proxiesOf(flags)
  const invitation = await readOptionalSecret(flags.join, 'the invitation')
  await using running = await startSeedProcess({
    dir,
    host,
    port,
    adminPort,
    log: logTrouble,
    identityDir: flags.identity ?? join(dir, 'keys'),
    ...proxies,
    ...(flags.webrtc ? { openRtc: openSeedRtc } : {}),
    ...(invitation === undefined ? {} : { invitation }),
    ...(urls === undefined ? {} : { urls }),
    limits: {
      ...(capacity === undefined ? {} : { capacityBytes: capacity }),
      ...(maxLife === undefined ? {} : { maxLifeMs: maxLife }),
    },
    timing: {
      ...(directoryInterval === undefined ? {} : { directoryMs: directoryInterval }),
      ...(lettingGo === undefined ? {} : { lettingGoMs: lettingGo }),
    },
  })
  const { id, adminUrl, certificate } = running
  const { operator, jurisdiction } = certificate
  await writeFile(join(dir, ADMIN_PORT_FILE), URL.parse(adminUrl ?? '')?.port ?? '')
  const said = { id, url: running.urls[0], operator, jurisdiction, adminUrl }
  sayReady(context, said, `${operator} (${jurisdiction}) serves at ${running.urls.join(', ')}`)
  await untilStopped(context)
}

/** `skerry drain`: speaks to the seed's admin server, and never opens its data. */
export async function drain({ dir, adminPort, json }: DrainFlags): Promise<void> {
  const port =
    adminPort ?? Number(await readFile(join(dir, ADMIN_PORT_FILE), 'utf8').catch(() => ''))
  const answer = await fetch(`http://127.0.0.1:${port}/v1/drain`, {
    method: 'POST',
    headers: { 'x-skerry-admin': '1' },
  }).catch((cause: unknown) => {
    const message = `No seed answers on admin port ${port}. Is it running? Nothing was changed.`
    throw new TransferError('SEED_UNREACHABLE', message, { cause })
  })
  if (!answer.ok) throw new TransferError('REQUEST_INVALID', 'The seed does not take this.')
  const text = await answer.text()
  writeLine(
    json === true
      ? text
      : `The seed takes nothing new and hands on what it has. Keep it running until "storedBytes" is 0 in what this shows: curl -H 'x-skerry-admin: 1' http://127.0.0.1:${port}/v1/status`,
  )
}

async function openSeedRtc(): Promise<RtcPort | undefined> {
  // No other server needs them, and none starts slower for it.
  const { openWebRtc } = await import('./skerry-webrtc.ts')
  return openWebRtc(new LinkAllowance(SEED_LINKS_MAX, SEED_LINKS_PER_MINUTE_MAX))
}

/** `npm run build` puts it beside this file; without it only the signal server answers. */
function builtPage(): string | undefined {
  const folder = join(import.meta.dirname, 'dist')
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}

/** As browsers write them: no path, no slash at the end. */
function originsOf({ allowOrigin }: SignalFlags): Pick<SignalOptions, 'allowOrigins'> {
  if (allowOrigin === undefined) return {}
  const allowOrigins = allowOrigin.map((text) => {
    const origin = /^https?:/.test(text) ? URL.parse(text)?.origin : undefined
    if (origin !== undefined) return origin
    throw new TransferError('USAGE', `${text} is no origin: it looks like https://example.org`)
  })
  return { allowOrigins }
}

function proxiesOf({ trustProxy }: ListenFlags): Pick<SignalOptions, 'trustedProxies'> {
  if (trustProxy === undefined) return {}
  for (const text of trustProxy) checkProxy(text)
  return { trustedProxies: trustProxy }
}

/** As the servers will read it. */
function checkProxy(text: string): void {
  try {
    proxyAddr.compile(text)
  } catch (cause) {
    const message = `${text} is no address of a proxy: it looks like 127.0.0.1 or 10.0.0.0/8`
    throw new TransferError('USAGE', message, { cause })
  }
}

async function iceOf(flags: IceFlags): Promise<Pick<SignalOptions, 'iceServers' | 'turn'>> {
  const { stun, turn: urls, turnSecretFile } = flags
  const iceServers = stun === undefined ? [] : [{ urls: stun }]
  const secret = await readOptionalSecret(turnSecretFile, 'the secret of the TURN server')
  if (urls === undefined && secret === undefined) return { iceServers }
  if (urls !== undefined && secret !== undefined) return { iceServers, turn: { urls, secret } }
  const message = 'A TURN server needs both --turn and --turn-secret-file.'
  throw new TransferError('USAGE', message)
}

/** What an operator should know of. Requests are counted in /metrics, not logged. */
function logTrouble(line: SeedLogLine): void {
  if (line.event === 'answered') return
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`)
}

/** Beside the data and never in it, so that an emptied folder stays the same network. */
async function keyFileOf({ dir, keyFile }: Pick<SignalFlags, 'dir' | 'keyFile'>): Promise<string> {
  if (keyFile !== undefined) return keyFile
  await mkdir(join(dir, 'keys'), { recursive: true, mode: 0o700 })
  return join(dir, 'keys', 'network.key')
}

function sayReady({ isJson, output }: Context, said: object, words: string): void {
  if (isJson) writeLine(JSON.stringify({ event: 'ready', ...said }))
  else output.event({ event: 'note', message: words })
}

async function untilStopped({ signal: stop }: Context): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort')
}
