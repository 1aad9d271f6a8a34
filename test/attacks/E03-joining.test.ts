import { describe, expect, it } from 'vitest'
import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { parseJurisdiction } from '../../protocol/jurisdiction.ts'
import { custodiansOf, meetsPolicy } from '../../protocol/placement.ts'
import type { Directory } from '../../protocol/record/directory.ts'
import { openRecordBy, signRecord } from '../../protocol/record/record.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { networkKey, networkSecret } from '../protocol/record/samples.ts'
import { alpha, beta, signInvitation, TestSeed, type TestInvitation } from '../signal/test-seed.ts'
import { TestSignal } from '../signal/test-signal.ts'

const MINUTE_MS = 60_000
const gamma = new TestSeed('gamma')
const invitation = signInvitation('alpha')
const germany = parseJurisdiction('DE')

/** Sends a request to join. @returns How it is refused, or `joined`. */
async function tryJoin(
  signal: TestSignal,
  seed: TestSeed,
  by: TestInvitation,
  changes: Parameters<TestSeed['join']>[1] = {},
): Promise<unknown> {
  const response = await signal.post('/v1/seeds', seed.join(by, changes))
  if (response.statusCode === 200) return 'joined'
  return { status: response.statusCode, ...response.json<{ code: string }>() }
}

const refused = { status: 403, code: 'INVITATION_INVALID' }
const forged = { status: 400, code: 'RECORD_INVALID' }

describe('E03: an invitation', () => {
  it('lets one seed in, and no other after it', async () => {
    await using signal = await TestSignal.open()
    expect(await tryJoin(signal, alpha, invitation)).toBe('joined')
    expect(await tryJoin(signal, beta, invitation)).toMatchObject(refused)
    expect(await tryJoin(signal, alpha, invitation)).toBe('joined')
  })

  it('is used up for good: also after the server was restarted', async () => {
    await using signal = await TestSignal.open()
    await signal.join(alpha, invitation)
    await signal.stop()
    await signal.start()
    expect(await tryJoin(signal, beta, invitation)).toMatchObject(refused)
  })

  it('lets one in of many that use it at the same moment', async () => {
    await using signal = await TestSignal.open()
    const seeds = Array.from({ length: 10 }, (_, i) => new TestSeed(`racer-${i}`))
    const answers = await Promise.all(seeds.map(async (seed) => tryJoin(signal, seed, invitation)))
    expect(answers.filter((answer) => answer === 'joined')).toHaveLength(1)
  })

  it('is not used up by a request that is refused', async () => {
    await using signal = await TestSignal.open()
    const url = 'http://10.0.0.1'
    expect(await tryJoin(signal, alpha, invitation, { url })).toMatchObject({ status: 400 })
    expect(await tryJoin(signal, beta, invitation)).toBe('joined')
  })

  it('ends when it says', async () => {
    await using signal = await TestSignal.open()
    const short = signInvitation('short', { notAfterMs: signal.nowMs })
    signal.nowMs += 1
    expect(await tryJoin(signal, alpha, short)).toMatchObject(refused)
    signal.nowMs -= 1
    expect(await tryJoin(signal, alpha, short)).toBe('joined')
  })

  it('is worth nothing to who cannot sign for the seed that joins', async () => {
    await using signal = await TestSignal.open()
    const stolen = alpha.join(invitation)
    const other = signInvitation('other')
    // The join of one invitation with another one, and with another network's key.
    expect(
      (await signal.post('/v1/seeds', { ...beta.join(other), join: stolen['join'] })).json(),
    ).toMatchObject({ code: 'RECORD_INVALID' })
    const elsewhere = { networkKey: publicKeyOf(gamma.secret) }
    expect(await tryJoin(signal, beta, other, elsewhere)).toMatchObject(forged)
    expect(await tryJoin(signal, beta, other, { nonce: invitation.nonce })).toMatchObject(forged)
  })
})

describe('E03: a jurisdiction or operator', () => {
  it('is what the network wrote into the invitation, whoever uses it', async () => {
    await using signal = await TestSignal.open()
    const certificate = openRecordBy(
      'certificate',
      await signal.join(alpha, invitation),
      networkKey,
    )
    expect(certificate).toMatchObject({ operator: 'Alpha', jurisdiction: 'NZ' })
  })

  it('cannot be had from an invitation that somebody else signed, or that was changed', async () => {
    await using signal = await TestSignal.open()
    const own = signInvitation('own', { jurisdiction: germany }, alpha.secret)
    expect(await tryJoin(signal, alpha, own)).toMatchObject(refused)
    const changed = invitation.record.slice()
    const at = Buffer.from(changed).indexOf('NZ')
    changed.set(Buffer.from('DE'), at)
    expect(await tryJoin(signal, alpha, { ...invitation, record: changed })).toMatchObject(refused)
    expect(await tryJoin(signal, alpha, invitation)).toBe('joined')
  })

  it('cannot be changed by a second invitation, which stays good for another seed', async () => {
    await using signal = await TestSignal.open()
    await signal.join(alpha, invitation)
    const moved = signInvitation('moved', { jurisdiction: germany })
    const renamed = signInvitation('renamed', { operator: 'Beta' })
    expect(await tryJoin(signal, alpha, moved)).toMatchObject(refused)
    expect(await tryJoin(signal, alpha, renamed)).toMatchObject(refused)
    expect(await tryJoin(signal, beta, renamed)).toBe('joined')
  })

  it('cannot be said by the seed: its state has no word for it, and no other may speak for it', async () => {
    await using signal = await TestSignal.openWithAlpha()
    await signal.join(beta, signInvitation('beta'))
    const atMs = signal.nowMs + 1
    const draining = { state: 'draining' } as const
    for (const record of [
      beta.state(atMs, draining),
      signRecord('invitation', invitation, alpha.secret),
      alpha.state(atMs, draining).with(20, 0),
    ]) {
      const response = await signal.putState(alpha, record)
      expect([response.statusCode, response.json()]).toMatchObject([
        400,
        { code: 'RECORD_INVALID' },
      ])
    }
    signal.nowMs += MINUTE_MS
    await signal.putState(alpha, alpha.state(signal.nowMs))
    expect(await signal.listed()).toEqual({ [alpha.id]: 'open' })
  })

  it('F26: of an old state, sent again by who overheard it, comes back no more', async () => {
    await using signal = await TestSignal.openWithAlpha()
    const old = alpha.state(signal.nowMs + 1, { state: 'draining' })
    await signal.putState(alpha, old)
    signal.nowMs += MINUTE_MS
    await signal.putState(alpha, alpha.state(signal.nowMs))
    signal.nowMs += MINUTE_MS
    const replayed = await signal.putState(alpha, old)
    expect([replayed.statusCode, replayed.json()]).toMatchObject([409, { code: 'STATE_STALE' }])
    expect(await signal.listed()).toEqual({ [alpha.id]: 'open' })
  })
})

/** The directory once all of them said that they are open. */
async function directoryOf(
  signal: TestSignal,
  members: readonly (readonly [TestSeed, Partial<TestInvitation>])[],
): Promise<Directory> {
  for (const [seed, changes] of members) {
    await signal.join(seed, signInvitation(seed.id, changes))
    await signal.putState(seed, seed.state(signal.nowMs))
  }
  signal.nowMs += MINUTE_MS
  await signal.putState(alpha, alpha.state(signal.nowMs))
  return signal.directory()
}

describe('E03: one operator with many seeds', () => {
  const shareId = parseShareId('5e'.repeat(20))
  const policy = { replicas: 2, jurisdictions: 2, denied: [] }

  it('keeps one copy, and is never taken for two operators', async () => {
    await using signal = await TestSignal.open()
    const { seeds } = await directoryOf(signal, [
      [alpha, {}],
      [gamma, {}],
      [new TestSeed('delta'), { jurisdiction: germany }],
    ])
    expect(seeds).toHaveLength(3)
    expect(custodiansOf(shareId, policy, seeds)).toHaveLength(1)
    expect(meetsPolicy(policy, seeds)).toBe(false)
  })

  it('stands beside another operator, whatever the share', async () => {
    await using signal = await TestSignal.open()
    const { seeds } = await directoryOf(signal, [
      [alpha, {}],
      [gamma, {}],
      [beta, { operator: 'Beta', jurisdiction: germany }],
    ])
    for (let byte = 0; byte < 256; byte += 1) {
      const id = parseShareId(byte.toString(16).padStart(2, '0').repeat(20))
      const operators = custodiansOf(id, policy, seeds).map(({ operator }) => operator)
      expect(operators.toSorted()).toEqual(['Alpha', 'Beta'])
    }
  })

  it('draws no better place by joining again', async () => {
    await using signal = await TestSignal.open()
    const places = []
    for (const name of ['1', '2', '3']) {
      const certificate = await signal.join(alpha, signInvitation(name))
      places.push(openRecordBy('certificate', certificate, networkKey).place)
    }
    const certificate = await signal.join(beta, signInvitation('4'))
    places.push(openRecordBy('certificate', certificate, networkKey).place)
    expect(new Set(places.map((place) => place.join())).size).toBe(2)
  })
})

it('E03: the network key itself signs no request to join for a seed it does not hold', async () => {
  await using signal = await TestSignal.open()
  const join = signRecord(
    'join',
    { networkKey, nonce: invitation.nonce, url: alpha.url },
    networkSecret,
  )
  const body = { ...alpha.join(invitation), join: Buffer.from(join).toString('base64url') }
  await signal.post('/v1/seeds', body)
  signal.nowMs += MINUTE_MS
  expect((await signal.putState(alpha, alpha.state(signal.nowMs))).statusCode).toBe(404)
})
