import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { base64urlnopad } from '@scure/base'
import { deletedCheckpoint, signCheckpoint } from '../../protocol/checkpoint.ts'
import { encodeUtf8 } from '../../protocol/bytes.ts'
import { fixedBytes, NOW_MS } from '../protocol/owner.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import type { Forge } from '../seed/custody/seed-line.ts'
import { SentShare } from '../seed/sent-share.ts'

/** A custodian that says of every share that its owner deleted it. */
function gone(share: SentShare, signer: Uint8Array<ArrayBuffer>, code: string): Forge {
  const checkpoint = signCheckpoint(deletedCheckpoint(share.id, 99, NOW_MS), signer)
  const details = { checkpoint: base64urlnopad.encode(checkpoint) }
  const body = encodeUtf8(JSON.stringify({ code, message: 'gone', details }))
  return ({ path }) => (path.startsWith('/v1/shares/') ? { status: 410, body } : undefined)
}

describe('A17: deleted without the owner', () => {
  it.each([
    ['SHARE_DELETED', 'another key'],
    ['SHARE_EXPIRED', 'another key'],
  ])('A17: %s signed with %s moves no other custodian', async (code, name) => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('alive', { chunkCount: 20 })
    const [first, liar] = network.custodians(share)
    if (first === undefined || liar === undefined) throw new Error('no custodians')
    const line = await network.putLine(liar)
    await network.store(share)
    line.forge = gone(share, fixedBytes(name), code)
    const asked = line.asked.length
    await network.until(() => line.asked.length > asked + 5)
    await sleep(300)
    expect(await first.isWhole(share)).toBe(true)
    expect(await first.client(share).getIndex()).toEqual(share.index)
  })

  it('A17: signed by the owner it does', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('dead', { chunkCount: 20 })
    const [first, honest] = network.custodians(share)
    if (first === undefined || honest === undefined) throw new Error('no custodians')
    const line = await network.putLine(honest)
    await network.store(share)
    line.forge = gone(share, share.owner.ownerSeed, 'SHARE_DELETED')
    await network.until(async () => (await first.find(share))?.isDeleted ?? false)
    expect((await first.find(share))?.checkpoint?.seq).toBe(99)
  })
})
