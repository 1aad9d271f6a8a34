import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../protocol/owner.ts'
import { alpha } from '../test-seed.ts'
import { TestSignal } from '../test-signal.ts'

const HOUR_MS = 3_600_000

describe('whoever watches', () => {
  it('sees the health of what is handed out', async () => {
    await using signal = await TestSignal.openWithAlpha()
    expect((await signal.app.inject('/healthz')).statusCode).toBe(200)
    signal.nowMs += 25 * HOUR_MS
    expect((await signal.app.inject('/healthz')).statusCode).toBe(503)
  })

  it('E12: sees numbers, and no id, address or name', async () => {
    await using signal = await TestSignal.openWithAlpha()
    const { body } = await signal.app.inject('/metrics')
    expect(body).toContain('skerry_seeds{state="open"} 1')
    expect(body).toContain('skerry_seeds_free_bytes 1000')
    expect(body).toContain('route="/v1/seeds/:id/state",status="204"} 1')
    for (const secret of [alpha.id, 'alpha', 'Alpha']) expect(body).not.toContain(secret)
  })

  it('P12: finds no address asked for, and no header, in the log', async () => {
    await using signal = await TestSignal.open()
    const headers = { authorization: 'Bearer secret' }
    await signal.app.inject({ url: `/v1/seeds/${alpha.id}?token=secret`, headers })
    await signal.putState(alpha, alpha.state(NOW_MS))
    expect(signal.lines).toMatchObject([
      { event: 'answered', route: 'unknown', status: 404 },
      { event: 'answered', route: '/v1/seeds/:id/state', status: 404 },
    ])
    expect(JSON.stringify(signal.lines)).not.toMatch(new RegExp(`secret|${alpha.id}`))
  })
})
