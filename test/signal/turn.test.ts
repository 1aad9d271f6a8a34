import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseNetwork, type IceServer } from '../../protocol/http/signal-json.ts'
import { TURN_CREDENTIAL_LIFE_MS, TURN_CREDENTIAL_STEP_MS } from '../../protocol/limits.ts'
import { TestSignal } from './test-signal.ts'

const turn = { urls: ['turn:turn.example?transport=tcp'], secret: 'north' }
const stun = { urls: ['stun:stun.example'] }

async function iceServersOf(signal: TestSignal): Promise<readonly IceServer[]> {
  return parseNetwork((await signal.app.inject('/v1/network')).json()).iceServers
}

describe('leave to use a TURN server', () => {
  it('is what coturn takes, until it ends', async () => {
    await using signal = await TestSignal.open({ turn, iceServers: [stun] })
    const [first, second] = await iceServersOf(signal)
    expect(first).toEqual(stun)
    const username = second?.username ?? ''
    const leftMs = Number(username) * 1000 - signal.nowMs
    expect(leftMs).toBeGreaterThan(TURN_CREDENTIAL_LIFE_MS - TURN_CREDENTIAL_STEP_MS - 1000)
    expect(leftMs).toBeLessThanOrEqual(TURN_CREDENTIAL_LIFE_MS)
    const credential = createHmac('sha1', turn.secret).update(username).digest('base64')
    expect(second).toEqual({ urls: turn.urls, username, credential })
  })

  it('is the same for all who ask at about the same time, and another later', async () => {
    await using signal = await TestSignal.open({ turn })
    signal.nowMs = Math.ceil(signal.nowMs / TURN_CREDENTIAL_STEP_MS) * TURN_CREDENTIAL_STEP_MS
    const first = await iceServersOf(signal)
    signal.nowMs += TURN_CREDENTIAL_STEP_MS - 1
    expect(await iceServersOf(signal)).toEqual(first)
    signal.nowMs += 1
    expect(await iceServersOf(signal)).not.toEqual(first)
  })

  it('tells nobody the secret', async () => {
    await using signal = await TestSignal.open({ turn })
    for (const url of ['/v1/network', '/metrics', '/healthz', '/']) {
      expect((await signal.app.inject(url)).body).not.toContain(turn.secret)
    }
  })

  it('is refused at the start where no browser would take it', async () => {
    const opened = TestSignal.open({ turn: { ...turn, urls: ['https://turn.example'] } })
    await expect(opened).rejects.toMatchObject({ code: 'USAGE' })
  })
})
