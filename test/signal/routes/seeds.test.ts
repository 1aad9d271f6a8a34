import { describe, expect, it } from 'vitest'
import { parseJurisdiction } from '../../../protocol/jurisdiction.ts'
import { openRecordBy } from '../../../protocol/record/record.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { alpha, beta, signInvitation } from '../test-seed.ts'
import { TestSignal } from '../test-signal.ts'

const MINUTE_MS = 60_000
const betaInvitation = signInvitation('beta', {
  operator: 'Beta',
  jurisdiction: parseJurisdiction('DE'),
})

describe('seeds', () => {
  it('are told apart by who runs them and where', async () => {
    await using signal = await TestSignal.openWithAlpha()
    await signal.join(beta, betaInvitation)
    signal.nowMs += MINUTE_MS
    await signal.putState(beta, beta.state(signal.nowMs, { state: 'draining', urls: [] }))
    expect((await signal.directory()).seeds).toMatchObject([
      { operator: 'Alpha', jurisdiction: 'NZ', state: 'open' },
      { operator: 'Beta', jurisdiction: 'DE', state: 'draining', urls: [] },
    ])
  })

  it('F26: get the same certificate for the same join, however often it is sent', async () => {
    await using signal = await TestSignal.open()
    const invitation = signInvitation('alpha')
    const certificate = await signal.join(alpha, invitation)
    signal.nowMs += MINUTE_MS
    expect(await signal.join(alpha, invitation)).toEqual(certificate)
    await signal.stop()
    await signal.start()
    expect(await signal.join(alpha, invitation)).toEqual(certificate)
  })

  it('renew their certificate with a new invitation, and keep their place', async () => {
    await using signal = await TestSignal.open()
    const first = openRecordBy(
      'certificate',
      await signal.join(alpha, signInvitation('1')),
      networkKey,
    )
    signal.nowMs += MINUTE_MS
    const next = openRecordBy(
      'certificate',
      await signal.join(alpha, signInvitation('2')),
      networkKey,
    )
    expect(next).toEqual({ ...first, notAfterMs: first.notAfterMs + MINUTE_MS })
  })

  it('E02: join and stay at public addresses only, unless the network is on one machine', async () => {
    const request = alpha.join(signInvitation('alpha'), { url: 'http://127.0.0.1:1' })
    await using signal = await TestSignal.open()
    expect((await signal.post('/v1/seeds', request)).json()).toMatchObject({
      code: 'REQUEST_INVALID',
    })
    await signal.join(alpha, signInvitation('alpha'))
    const moved = alpha.state(NOW_MS, { urls: ['http://169.254.169.254'] })
    expect((await signal.putState(alpha, moved)).statusCode).toBe(400)
    await using loopback = await TestSignal.open({ isLoopback: true })
    expect((await loopback.post('/v1/seeds', request)).statusCode).toBe(200)
  })

  it('are gone from the directory without anyone asking', async () => {
    await using signal = await TestSignal.open({
      stateGraceMs: 50,
      directoryIntervalMs: 1,
      nowMs: Date.now,
    })
    await signal.join(alpha, signInvitation('alpha'))
    await signal.putState(alpha, alpha.state(Date.now()))
    expect(await signal.listed()).toEqual({ [alpha.id]: 'open' })
    await expect.poll(() => signal.listed()).toEqual({ [alpha.id]: 'gone' })
  })
})
