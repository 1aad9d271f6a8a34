import { openNetwork, requestGrant } from '../../client/engine/network.ts'
import { SendSession } from '../../client/engine/send/send-session.ts'
import { planShare } from '../../client/engine/send/share-plan.ts'
import { encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
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
}>

/** Sends files under any names, as a sender of a program of their own could. @returns The link, once it is stored. */
export async function sendFromMemory(
  url: string,
  { paths, text, type, expiresInMs = DAY_MS }: SentFromMemory,
): Promise<string> {
  const network = await openNetwork(noStore, url)
  const files = paths.map((path, i) => {
    const content = text === undefined ? textOf(path, i) : encodeUtf8(text)
    return Object.assign(new MemoryFile(path, content), type === undefined ? {} : { type })
  })
  const request = {
    files,
    policy: { replicas: 2, jurisdictions: 2, denied: [] },
    expiresInMs,
    peers: 'direct' as const,
  }
  const plan = await planShare(request, network, { randomBytes, nowMs: Date.now })
  const { shareId, chunkCount, secrets } = plan
  const session = new SendSession(
    {
      journal: undefined,
      requestGrant: () => requestGrant(network, { shareId, maxChunks: chunkCount }, undefined),
      refreshNetwork: () => openNetwork(noStore, url),
      nowMs: Date.now,
      randomBytes,
      patience: { startMs: 30_000, stalledMs: 30_000 },
    },
    { plan, network, resumption: undefined },
  )
  await session.done
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
