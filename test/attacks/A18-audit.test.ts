import { describe, expect, it } from 'vitest'
import { AUDIT_CHUNKS } from '../../protocol/limits.ts'
import { CustodyRig, DAY_MS, HOUR_MS, slowTiming } from '../protocol/custody/custody-rig.ts'
import { createRandom } from '../random.ts'
import { CustodyNetwork } from '../seed/custody/custody-network.ts'
import { SentShare } from '../seed/sent-share.ts'

const CHUNKS = 1000
const TRIALS = 200
const EMPTY = new Uint8Array(0)

/** Chunks that the first proof for letting go asks for. */
function provenChunks(random: number): readonly number[] {
  const timing = { ...slowTiming, probeMs: DAY_MS, lettingGoMs: HOUR_MS }
  const rig = new CustodyRig({ random, timing })
  rig.publish()
  rig.answer = (job) => {
    if (job.type !== 'look') return { type: 'failed' }
    const report = { type: 'holds', seq: 5, chunkCount: CHUNKS, heldCount: CHUNKS } as const
    return { type: 'reported', report }
  }
  rig.put(rig.share(false), { chunkCount: CHUNKS, heldCount: CHUNKS })
  rig.run(HOUR_MS + 5000)
  return rig.jobs('audit').find(({ chunks }) => chunks.length > 1)?.chunks ?? []
}

describe('A18: a seed that lies about what it keeps', () => {
  it(`A18: ${AUDIT_CHUNKS} random chunks find 10 % missing in 98 of 100 proofs`, () => {
    const lot = createRandom(18)
    const missing = new Set(Array.from({ length: CHUNKS }, (_, i) => i).filter(() => lot() < 0.1))
    const found = Array.from({ length: TRIALS }, (_, i) => provenChunks(i + 1)).filter((chunks) =>
      chunks.some((index) => missing.has(index)),
    )
    expect(found.length).toBeGreaterThanOrEqual(TRIALS * 0.98)
  })

  it('A18: every proof asks for other chunks, all over the share', () => {
    const proofs = Array.from({ length: 20 }, (_, i) => provenChunks(i + 1))
    expect(new Set(proofs.map((chunks) => chunks.join())).size).toBe(20)
    expect(proofs.every((chunks) => new Set(chunks).size === AUDIT_CHUNKS)).toBe(true)
    const asked = proofs.flat()
    expect(Math.min(...asked)).toBeLessThan(CHUNKS / 10)
    expect(Math.max(...asked)).toBeGreaterThan(CHUNKS * 0.9)
  })

  it('A18: signs receipts and has only noise: it is found, and another seed keeps the share in its place', async () => {
    const timing = { auditMs: 500, checkMs: 100 }
    await using network = await CustodyNetwork.start({ seedCount: 3, timing })
    const share = await SentShare.make('audited', { chunkCount: 40 })
    const [first, liar] = network.custodians(share)
    const [third] = network.others(share)
    if (first === undefined || liar === undefined) throw new Error('no custodians')
    const line = await network.putLine(liar)
    await network.store(share)
    line.forge = ({ path }, { status, body }) => {
      return path.endsWith('/data') ? { status, body: body.map((byte) => byte ^ 1) } : undefined
    }
    await network.until(() => Number(first.summary['distrusted']) > 0)
    await network.until(async () => (await third?.isWhole(share)) ?? false)
    expect(await first.isWhole(share)).toBe(true)
    expect(network.errors).toEqual([])
  })

  it('A18: sends noise to who fills itself: it is left for the next source, and nothing of it is kept', async () => {
    await using network = await CustodyNetwork.start({ seedCount: 3 })
    const replicas = { replicas: 3, jurisdictions: 2 }
    const share = await SentShare.make('noise', { chunkCount: 40, genesis: replicas })
    const [first, liar, third] = network.custodians(share)
    if (first === undefined || liar === undefined) throw new Error('no custodians')
    await third?.stop()
    await network.send(share, first)
    await network.until(() => liar.isWhole(share))
    const line = await network.putLine(liar)
    line.forge = ({ path }, { status, body }) => {
      return path.endsWith('/data') ? { status, body: body.map((byte) => byte ^ 1) } : undefined
    }
    const isLiarAsked = (): boolean => line.asked.some((asked) => asked.endsWith('/data'))
    // The honest one is too busy until the liar had its turn.
    const honest = await network.putLine(first)
    honest.forge = ({ path }) => {
      return path.endsWith('/data') && !isLiarAsked() ? { status: 503, body: EMPTY } : undefined
    }
    await third?.start(network.directory)
    await network.until(async () => (await third?.isWhole(share)) ?? false)
    expect(isLiarAsked()).toBe(true)
    expect(await third?.client(share).getIndex()).toEqual(share.index)
  })
})
