import { TransferError } from '../../protocol/errors.ts'
import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import { formatTokenUrl, type Token } from '../../protocol/token.ts'
import { requestGrant } from '../engine/network.ts'
import type { PatienceLimits } from '../engine/send/patience.ts'
import { SendSession, type SendPorts } from '../engine/send/send-session.ts'
import { SendSwarm } from '../engine/swarm/send-swarm.ts'
import { beginShare, type BegunShare } from './begin-send.ts'
import { swarmPortsOf, tellIfNoRelay } from './command-swarm.ts'
import { openChosenNetwork, type OpenedNetwork } from './open-network.ts'
import type { Output } from './output.ts'
import { randomBytes } from './random-bytes.ts'
import { readOptionalSecret } from './secret-input.ts'
import { gatherFiles } from './send-files.ts'
import { commandPatience, lineOf, watchSession, type CommandContext } from './send-watch.ts'

export type SendOptions = Readonly<{
  /** Files and folders; `-` is standard input. */
  paths: readonly string[]
  network?: string
  passwordFile?: string
  /** How long to keep it. */
  expiresInMs: number
  replicas: number
  /** Country codes that must not hold it. */
  deny: readonly string[]
  accessTokenFile?: string
  /** False: nobody but seeds may carry it, now and later. */
  peers?: boolean
  /** People carry it over TURN servers only, now and later: none sees the address of another. */
  relayOnly?: boolean
  /** Of what is given to people within 24 hours; no bound if undefined. */
  dailyBytesMax?: number
  patience?: PatienceLimits
}>

/**
 * `skerry send`: prints the link at once, and returns only when custody meets the policy. The same command goes on
 * with a share that was cut off.
 *
 * @throws {TransferError} What went wrong, what was kept and what to do.
 */
export async function runSend(options: SendOptions, context: CommandContext): Promise<void> {
  const { paths, replicas } = options
  const { output, signal } = context
  const password = await readPassword(options)
  const accessToken = await readOptionalSecret(options.accessTokenFile, 'the access token')
  await using input = await gatherFiles(paths, signal)
  const opened = await openChosenNetwork(options.network)
  const { files, isRepeatable } = input
  const request = { ...options, files, isRepeatable, password }
  await using share = await beginShare(request, opened.network, output)
  tellLink(share, opened, output)
  const { plan, resumption } = share
  if (plan.genesis.relayOnly) tellIfNoRelay(opened, output)
  const ports = portsFor(share, opened, { accessToken, patience: options.patience })
  // Whoever has the link may fetch from here while it is sent, unless the sender forbade that.
  const openRtc = plan.genesis.peersForbidden ? undefined : context.openRtc
  using swarmPorts = await swarmPortsOf(opened, openRtc, output)
  const { dailyBytesMax = Infinity } = options
  using audience =
    swarmPorts && new SendSwarm({ ...swarmPorts, plan, privacy: 'direct', dailyBytesMax })
  await using session = new SendSession(
    { ...ports, ...(audience === undefined ? {} : { audience }) },
    { plan, network: opened.network, resumption },
  )
  const seeds = await watchSession(session, context, isRepeatable)
  const lines = seeds.map((seed) => lineOf(seed))
  output.event({ event: 'stored', seeds: lines, belowPolicy: replicas < 2 })
}

function tellLink({ plan }: BegunShare, { network }: OpenedNetwork, output: Output): void {
  const { shareId, secrets, genesis } = plan
  const urlOf = (token: Token): string => formatTokenUrl(network.url, token)
  const link = urlOf({ kind: 'link', secret: secrets.secret, shareId })
  const owner = urlOf({ kind: 'owner', ...secrets, shareId })
  const helpKey = deriveHelpKey(secrets.secret)
  const helper = urlOf({ kind: 'helper', helpKey, shareId })
  const { peersForbidden } = genesis
  output.event({ event: 'link', link, owner, helper, peersForbidden })
}

function portsFor(
  { plan, slot }: BegunShare,
  { network, refresh }: OpenedNetwork,
  more: Readonly<{ accessToken: string | undefined; patience: PatienceLimits | undefined }>,
): SendPorts {
  const asked = { shareId: plan.shareId, maxChunks: plan.chunkCount }
  return {
    journal: slot,
    requestGrant: () => requestGrant(network, asked, more.accessToken),
    refreshNetwork: refresh,
    nowMs: Date.now,
    randomBytes,
    patience: more.patience ?? commandPatience,
  }
}

async function readPassword({ passwordFile, paths }: SendOptions): Promise<string | undefined> {
  if (passwordFile === '-' && paths.includes('-')) {
    const message = 'Standard input cannot be both the password and what is sent.'
    throw new TransferError('USAGE', message)
  }
  return readOptionalSecret(passwordFile, 'the password')
}
