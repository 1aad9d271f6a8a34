import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOptionalSecret } from './client/cli/secret-input.ts'
import { LinkAllowance } from './client/engine/net/link-allowance.ts'
import type { RtcPort } from './client/engine/net/rtc-port.ts'
import { TransferError } from './protocol/errors.ts'
import { SEED_LINKS_MAX, SEED_LINKS_PER_MINUTE_MAX } from './protocol/limits.ts'
import type { SeedLogLine } from './seed/seed-log.ts'
import { startSeedProcess } from './seed/seed-process.ts'
import { writeLine, type CommonFlags, type Context } from './skerry-run.ts'
import {
  makeServerFolder,
  proxiesOf,
  sayReady,
  untilStopped,
  type ListenFlags,
} from './skerry-server.ts'

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

/** `skerry seed`: runs until it is stopped. */
export async function seed(flags: SeedFlags, context: Context): Promise<void> {
  const { dir, host, port, adminPort, url: urls, capacity, maxLife } = flags
  const { directoryInterval, lettingGo } = flags
  const proxies = proxiesOf(flags)
  const identityDir = flags.identity ?? join(dir, 'keys')
  await makeServerFolder(dir)
  await makeServerFolder(identityDir)
  const invitation = await readOptionalSecret(flags.join, 'the invitation')
  await using running = await startSeedProcess({
    dir,
    host,
    port,
    adminPort,
    log: logTrouble,
    identityDir,
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
  const { state } = await running.status()
  const said = { id, url: running.urls[0], operator, jurisdiction, adminUrl, state }
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

/** What an operator should know of. Requests are counted in /metrics, not logged. */
function logTrouble(line: SeedLogLine): void {
  if (line.event === 'answered') return
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`)
}
