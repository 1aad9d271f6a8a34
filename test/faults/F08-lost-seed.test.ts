import { describe, expect, it } from 'vitest'
import { meetsPolicy } from '../../protocol/placement.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import { SentShare } from '../seed/sent-share.ts'

describe('F08: a whole seed is lost', () => {
  it('F08: the others repair every share to its policy, and the share is read meanwhile', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 4 })
    const shares = await Promise.all(
      ['a', 'b', 'c'].map((name) => SentShare.make(`lost ${name}`, { chunkCount: 20 })),
    )
    await Promise.all(shares.map((share) => network.store(share)))
    const [share] = shares
    const lost = share === undefined ? undefined : network.custodians(share)[0]
    if (share === undefined || lost === undefined) throw new Error('no custodian')
    await lost.stop()
    await lost.empty()
    const left = network.custodians(share).find((seed) => seed !== lost)
    expect(await left?.client(share).getIndex()).toEqual(share.index)
    network.states.set(lost, 'gone')
    network.publish()
    for (const each of shares) {
      const custodians = network.custodians(each)
      expect(custodians).not.toContain(lost)
      await network.until(async () => {
        const whole = await Promise.all(custodians.map((seed) => seed.isWhole(each)))
        return whole.every(Boolean)
      })
      const ids = new Set(custodians.map(({ id }) => id))
      const seeds = network.directory.seeds.filter(({ id }) => ids.has(id))
      expect(meetsPolicy(each.owner.genesis, seeds)).toBe(true)
    }
    expect(network.errors).toEqual([])
  })

  it('F08: a seed that comes back with nothing is the same seed, and gets its shares back', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 2 })
    const share = await SentShare.make('back', { chunkCount: 20 })
    const [first] = await network.store(share)
    await first?.stop()
    await first?.empty()
    // No silence that anyone noticed: only its new start tells.
    await first?.start(network.directory)
    await network.until(async () => (await first?.isWhole(share)) ?? false)
    expect(await first?.client(share).getIndex()).toEqual(share.index)
  })
})
