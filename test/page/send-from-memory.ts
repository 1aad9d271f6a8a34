import { openNetwork, requestGrant, type Network } from '../../client/engine/network.ts'
import { SeedWriter } from '../../client/engine/net/seed-writer.ts'
import { SendSession } from '../../client/engine/send/send-session.ts'
import { planShare, type SharePlan } from '../../client/engine/send/share-plan.ts'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { formatTokenUrl } from '../../protocol/token.ts'
import { MemoryFile } from '../client/memory-files.ts'

const DAY_MS = 86_400_000

/** What to send: each path as it is given, whatever it is, with a text of its own. */
export type SentFromMemory = Readonly<{
  paths: readonly string[]
  /** All of them hold this instead. */
  text?: string
  /** What each of them is said to be. */
  type?: string
  expiresInMs?: number
  password?: string
}>

/** Sends files under any names, as a sender of a program of their own could. @returns The link, once it is stored. */
export async function sendFromMemory(url: string, sent: SentFromMemory): Promise<string> {
  const { link, send } = await linkFromMemory(url, sent)
  await send()
  return link
}

/** The same in two steps: the link is there before any seed hears of the share. */
export async function linkFromMemory(
  url: string,
  sent: SentFromMemory,
): Promise<Readonly<{ link: string; send: () => Promise<void> }>> {
  const network = await openNetwork(noStore, url)
  const plan = await planFromMemory(network, sent)
  const send = async (): Promise<void> => {
    const session = new SendSession(
      {
        journal: undefined,
        requestGrant: () => grantFor(plan, network),
        refreshNetwork: () => openNetwork(noStore, url),
        nowMs: Date.now,
        randomBytes,
        patience: { startMs: 30_000, stalledMs: 30_000 },
      },
      { plan, network, resumption: undefined },
    )
    await session.done
  }
  return { link: linkOf(plan, url), send }
}

/** Tells the seeds of a share, and publishes nothing of it, as a sender who died then. @returns The link. */
export async function announceFromMemory(url: string, sent: SentFromMemory): Promise<string> {
  const network = await openNetwork(noStore, url)
  const plan = await planFromMemory(network, sent)
  const body = concat(plan.genesisBytes, await grantFor(plan, network))
  for (const { urls } of network.directory.seeds) {
    const client = new SeedWriter({ urls, shareId: plan.shareId })
    await client.authorize(plan.readToken).putShare(body)
  }
  return linkOf(plan, url)
}

function planFromMemory(
  network: Network,
  { paths, text, type, expiresInMs = DAY_MS, password }: SentFromMemory,
): Promise<SharePlan> {
  const files = paths.map((path, i) => {
    const content = text === undefined ? textOf(path, i) : encodeUtf8(text)
    return Object.assign(new MemoryFile(path, content), type === undefined ? {} : { type })
  })
  const request = {
    files,
    policy: { replicas: 2, jurisdictions: 2, denied: [] },
    expiresInMs,
    peers: 'direct' as const,
    ...(password === undefined ? {} : { password }),
  }
  return planShare(request, network, { randomBytes, nowMs: Date.now })
}

function grantFor({ shareId, chunkCount }: SharePlan, network: Network): Promise<Bytes> {
  return requestGrant(network, { shareId, maxChunks: chunkCount }, undefined)
}

function linkOf({ shareId, secrets }: SharePlan, url: string): string {
  return formatTokenUrl(url, { kind: 'link', secret: secrets.secret, shareId })
}

/** Empty where the path is of an empty folder. */
export function textOf(path: string, place: number): Bytes {
  return path.endsWith('/') ? new Uint8Array(0) : encodeUtf8(`content of file ${place}`)
}

const noStore = { load: async () => undefined, save: async () => undefined }

function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count))
}
