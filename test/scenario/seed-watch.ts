import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SeedClient } from '../../client/engine/net/seed-client.ts'
import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../protocol/key-schedule.ts'
import { ChunkSet } from '../../protocol/swarm/chunk-set.ts'
import { parseTokenUrl } from '../../protocol/token.ts'
import type { RunningSeed, TestNetwork } from '../e2e/network.ts'

const POLL_MS = 5
const QUIET_MS = 300
/** Less than a chunk. */
const QUIET_BYTES = 100_000

/** Bytes that all seeds received and sent since they were started, as they count them themselves. */
export async function traffic(
  network: TestNetwork,
): Promise<Readonly<{ received: number; sent: number }>> {
  const pages = await Promise.all(
    network.seeds.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
  )
  const sum = (name: string): number =>
    pages.reduce(
      (total, page) => total + Number(new RegExp(`^${name} (\\d+)`, 'm').exec(page)?.[1]),
      0,
    )
  return {
    received: sum('skerry_seed_received_bytes_total'),
    sent: sum('skerry_seed_sent_bytes_total'),
  }
}

/** As `traffic`, once whoever is gone gets nothing more of what it had asked for. */
export async function quietTraffic(network: TestNetwork): ReturnType<typeof traffic> {
  let last = await traffic(network)
  for (;;) {
    await pause(QUIET_MS)
    const now = await traffic(network)
    if (now.sent - last.sent < QUIET_BYTES) return now
    last = now
  }
}

/** Size of all extents in the folder of a seed, half written ones too: how far an upload is, at any speed. */
export async function extentBytes({ dir }: RunningSeed): Promise<number> {
  const files = await readdir(join(dir, 'shares'), { recursive: true }).catch(() => [])
  let bytes = 0
  for (const name of files.filter((file) => file.endsWith('.ext'))) {
    // Deleted since it was listed.
    bytes += (await stat(join(dir, 'shares', name)).catch(() => undefined))?.size ?? 0
  }
  return bytes
}

/** Asks one seed about the share of a link, as who has the link. @throws {TransferError} What the seed answers. */
export async function readerAt({ url }: RunningSeed, link: string): Promise<SeedClient> {
  const { token } = parseTokenUrl(link)
  if (token.kind !== 'link') throw new Error('not a link')
  const client = new SeedClient({ urls: [url], shareId: token.shareId })
  const { salt } = decodeGenesis(await client.getGenesis())
  return client.authorize(deriveReadToken(deriveHelpKey(token.secret), salt))
}

/** How many chunks of a share one seed holds; none while it does not know the share. */
export async function heldAt(seed: RunningSeed, link: string): Promise<number> {
  try {
    const bitmap = await (await readerAt(seed, link)).getHeld()
    return new ChunkSet(bitmap.length * 8, bitmap).size
  } catch (cause) {
    if (cause instanceof TransferError && cause.code === 'SHARE_MISSING') return 0
    throw cause
  }
}

/** How many chunks of a share the seeds hold together. */
export async function heldBySeeds({ seeds }: TestNetwork, link: string): Promise<number> {
  const held = await Promise.all(seeds.map(async (seed) => (await readerAt(seed, link)).getHeld()))
  const all = new Uint8Array(Math.max(...held.map(({ length }) => length)))
  for (const bitmap of held) {
    for (const [at, byte] of bitmap.entries()) all[at] = (all[at] ?? 0) | byte
  }
  return new ChunkSet(all.length * 8, all).size
}

/** Resolves once it is so, or `give` up says that it never will be. */
export async function until(
  isSo: () => Promise<boolean> | boolean,
  giveUp: () => boolean = () => false,
): Promise<void> {
  while (!giveUp() && !(await isSo())) await pause(POLL_MS)
}
