import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { SeedWriter } from '../../client/engine/net/seed-writer.ts'
import { decodeCheckpointMessage } from '../../protocol/accept.ts'
import { concat } from '../../protocol/bytes.ts'
import type { SeedProcess } from '../../seed/seed-process.ts'
import { ProcessNetwork } from '../seed/network/process-network.ts'
import { SentShare } from '../seed/sent-share.ts'

const LOOK_MS = 20
// Only so that what hangs ends, before the test's own end.
const LOOKS_MAX = 5000

async function send(share: SentShare, { url }: SeedProcess): Promise<void> {
  const client = new SeedWriter({ urls: [url], shareId: share.id }).authorize(share.readToken)
  await client.putShare(concat(share.owner.genesisBytes, share.grant))
  await client.putCheckpoint(decodeCheckpointMessage(share.sealed()))
  await client.putIndex(share.index)
  for (const [first, last] of share.extents) {
    await client.patchChunks(first, share.chunks.slice(first, last + 1))
  }
}

async function untilWhole(share: SentShare, seed: SeedProcess): Promise<void> {
  for (let i = 0; i < LOOKS_MAX; i += 1) {
    if ((await seed.shares.find(share.id))?.isComplete === true) return
    await sleep(LOOK_MS)
  }
  throw new Error('the seed was not filled')
}

/** Until both seeds stand in the directory that each of them knows. */
async function untilMet(seeds: readonly SeedProcess[]): Promise<void> {
  for (let i = 0; i < LOOKS_MAX; i += 1) {
    const known = await Promise.all(seeds.map((seed) => seed.status()))
    if (known.every(({ custody }) => custody?.['otherSeeds'] === 1)) return
    await sleep(LOOK_MS)
  }
  throw new Error('the seeds did not hear of each other')
}

describe('F13: the signal server is gone', () => {
  it('F13: a new share still goes from one seed to the other, and an emptied seed is refilled after a restart', async () => {
    await using network = await ProcessNetwork.start()
    const alpha = await network.join('alpha', 'NZ')
    const beta = await network.join('beta', 'DE')
    await untilMet([alpha, beta])
    await network.stopSignal()
    const share = await SentShare.make('no signal', { chunkCount: 20 })
    await send(share, alpha)
    await untilWhole(share, beta)
    await beta[Symbol.asyncDispose]()
    await rm(join(network.dir, 'beta', 'data'), { recursive: true })
    const port = Number(new URL(beta.url).port)
    const again = await network.seed('beta', { port })
    await untilWhole(share, again)
    expect(again.id).toBe(beta.id)
    // It is said once, and not every few seconds.
    const failed = network.log.filter(({ event }) => event === 'failed')
    expect(failed.length).toBeLessThanOrEqual(3)
  })

  it('F13: the seeds find the network again when it is back', async () => {
    await using network = await ProcessNetwork.start()
    const alpha = await network.join('alpha', 'NZ')
    await network.stopSignal()
    await sleep(300)
    await network.startSignal()
    const beta = await network.join('beta', 'DE')
    await untilMet([alpha, beta])
    expect((await alpha.status()).custody).toMatchObject({ otherSeeds: 1, silentSeeds: 0 })
  })
})
