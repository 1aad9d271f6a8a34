import { describe, expect, it } from 'vitest'
import { requestGrant } from '../../client/engine/network.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { faultOf } from '../protocol/owner.ts'
import { networkOf } from './planning.ts'
import { TestSignal } from './test-signal.ts'

const share = { shareId: parseShareId('ab'.repeat(20)), maxChunks: 1 }

describe("a network's leave to upload", () => {
  it('can be asked for again where its answer was cut off', async () => {
    await using signal = await TestSignal.start([])
    signal.isCutOff = true
    const network = { ...networkOf('NZ'), url: signal.url }
    expect(await faultOf(() => requestGrant(network, share, undefined))).toBe('SEED_UNREACHABLE')
  })

  it('is not what another page says that stands in for the network', async () => {
    await using signal = await TestSignal.start([])
    signal.answer = '<html>'
    const network = { ...networkOf('NZ'), url: signal.url }
    expect(await faultOf(() => requestGrant(network, share, undefined))).toBe('ANSWER_INVALID')
  })
})
