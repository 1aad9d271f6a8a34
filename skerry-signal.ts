import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readOptionalSecret } from './client/cli/secret-input.ts'
import { TransferError } from './protocol/errors.ts'
import { invite } from './signal/invitation.ts'
import type { SignalOptions } from './signal/options.ts'
import { startSignal } from './signal/signal.ts'
import { writeLine, type CommonFlags, type Context } from './skerry-run.ts'
import {
  makeServerFolder,
  proxiesOf,
  sayReady,
  untilStopped,
  type ListenFlags,
} from './skerry-server.ts'

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

async function iceOf(flags: IceFlags): Promise<Pick<SignalOptions, 'iceServers' | 'turn'>> {
  const { stun, turn: urls, turnSecretFile } = flags
  const iceServers = stun === undefined ? [] : [{ urls: stun }]
  const secret = await readOptionalSecret(turnSecretFile, 'the secret of the TURN server')
  if (urls === undefined && secret === undefined) return { iceServers }
  if (urls !== undefined && secret !== undefined) return { iceServers, turn: { urls, secret } }
  const message = 'A TURN server needs both --turn and --turn-secret-file.'
  throw new TransferError('USAGE', message)
}

/** Beside the data and never in it, so that an emptied folder stays the same network. */
async function keyFileOf({ dir, keyFile }: Pick<SignalFlags, 'dir' | 'keyFile'>): Promise<string> {
  if (keyFile !== undefined) return keyFile
  await makeServerFolder(join(dir, 'keys'))
  return join(dir, 'keys', 'network.key')
}
