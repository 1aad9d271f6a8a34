import { afterEach, beforeEach, expect, it } from 'vitest'
import { SeedWriter } from '../../../client/engine/net/seed-writer.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import type { AskedSeed } from '../../../seed/custody/asked-seed.ts'
import { audit } from '../../../seed/custody/audit.ts'
import { takeFrom } from '../../../seed/custody/take.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { makeSeed } from '../../protocol/placement-network.ts'
import { SentShare } from '../sent-share.ts'
import { FaultyFiles } from '../store/faulty-files.ts'
import { TestSeed } from '../test-seed.ts'
import { SEED_SECRET, TestStore } from '../test-store.ts'

const share = await SentShare.make('here', { chunkCount: 2 })
const files = new FaultyFiles()

let there: TestSeed
let here: TestStore
beforeEach(async () => {
  there = await TestSeed.start()
  await there.send(share)
  here = await TestStore.open({ files })
  await here.shares.create(share.creation)
})
afterEach(async () => {
  files.fail(undefined)
  await here[Symbol.asyncDispose]()
  await there[Symbol.asyncDispose]()
})

/** The seed that has the share, asked by the one that does not. */
async function asked(): Promise<AskedSeed> {
  return {
    shares: here.shares,
    share: await here.shares.get(share.id),
    seed: makeSeed(0, { key: publicKeyOf(SEED_SECRET), urls: [there.url] }),
    client: new SeedWriter({ urls: [there.url], shareId: share.id }),
    signal: new AbortController().signal,
  }
}

it('lays a full disk here to the charge of no seed that a checkpoint is taken from', async () => {
  files.fail({ call: 'open', after: 0, code: 'ENOSPC', isLasting: true })
  expect(await takeFrom(await asked())).toEqual({ type: 'failed' })
  files.fail(undefined)
  expect(await takeFrom(await asked())).toEqual({ type: 'done' })
})

it('lays a share that was dropped here to the charge of no seed that is audited', async () => {
  await here.send(share)
  const job = {
    type: 'audit',
    shareId: share.id,
    seedId: makeSeed(0).id,
    challenge: fixedBytes('challenge', 16),
    chunks: [],
  } as const
  const question = await asked()
  expect(await audit(question, job)).toMatchObject({ type: 'audited', seq: 9 })
  await here.shares.letGo(share.id, 9)
  expect(await audit(question, job)).toEqual({ type: 'failed' })
})
