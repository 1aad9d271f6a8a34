import { describe, expect, it } from 'vitest'
import { decodeCheckpointMessage } from '../../protocol/accept.ts'
import { concat } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { createRandom } from '../random.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import { SentShare } from '../seed/sent-share.ts'

describe('F26: control messages doubled, reordered and replayed', () => {
  it.each([1, 2, 3])(
    'F26: leave every seed with the last word of the owner, seed %i',
    async (seed) => {
      await using network = await CustodyNetwork.start({ seedCount: 2 })
      const share = await SentShare.make(`replayed ${seed}`, { chunkCount: 20 })
      const random = createRandom(seed)
      const words = [
        share.message(16, { seq: 1 }),
        share.sealed({ seq: 2 }),
        share.sealed({ seq: 3 }),
        share.sealed({ seq: 4 }),
      ]
      const seeds = network.custodians(share)
      await network.store(share)
      for (let i = 0; i < 40; i += 1) {
        const to = seeds[Math.floor(random() * seeds.length)]
        const word = words[Math.floor(random() * words.length)]
        if (to === undefined || word === undefined) continue
        await ignoreRefusal(
          to.client(share).putShare(concat(share.owner.genesisBytes, share.grant)),
        )
        await ignoreRefusal(to.client(share).putCheckpoint(decodeCheckpointMessage(word)))
      }
      const held = await Promise.all(seeds.map((each) => each.find(share)))
      expect(held.map((copy) => copy?.checkpoint?.seq)).toEqual([9, 9])
      expect(held.map((copy) => copy?.isComplete)).toEqual([true, true])
    },
  )

  it('F26: do not bring a deleted share back, whoever tells of it again', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const share = await SentShare.make('dead', { chunkCount: 20 })
    const seeds = await network.store(share)
    await seeds[0]?.client(share).putCheckpoint(decodeCheckpointMessage(share.deletion()))
    await network.until(async () => {
      const copies = await Promise.all(seeds.map((seed) => seed.find(share)))
      return copies.every((copy) => copy?.isDeleted === true)
    })
    const [third] = network.others(share)
    for (const to of [...seeds, third]) {
      if (to === undefined) continue
      await ignoreRefusal(network.send(share, to))
      await ignoreRefusal(to.client(share).putCheckpoint(decodeCheckpointMessage(share.deletion())))
      await ignoreRefusal(network.send(share, to))
    }
    // The one that never knew it asks the others, and learns.
    await network.until(async () => (await third?.find(share))?.isDeleted ?? false)
    const copies = await Promise.all(network.seeds.map((seed) => seed.find(share)))
    expect(copies.map((copy) => copy?.held.count)).toEqual([0, 0, 0])
  })
})

/** A stale or repeated word may be refused: what counts is what is held. */
async function ignoreRefusal(told: Promise<unknown>): Promise<void> {
  await told.catch((cause: unknown) => {
    if (!(cause instanceof TransferError)) throw cause
  })
}
