import type { LightMyRequestResponse } from 'fastify'
import { describe, expect, it } from 'vitest'
import { parseGrantAnswer, parseNetwork } from '../../../protocol/http/signal-json.ts'
import { CHUNK_PLAIN_BYTES, GRANT_LIFE_MS } from '../../../protocol/limits.ts'
import { openRecordBy } from '../../../protocol/record/record.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { TestSignal } from '../test-signal.ts'

const shareId = '5e'.repeat(20)

/** Asks for one chunk. */
async function ask(
  signal: TestSignal,
  remoteAddress: string,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  const options = { method: 'POST', url: '/v1/grants', remoteAddress, headers } as const
  return signal.app.inject({ ...options, payload: { shareId, maxChunks: 1 } })
}

describe('POST /v1/grants', () => {
  it('gives the leave to store so many chunks of one share', async () => {
    await using signal = await TestSignal.open()
    const response = await signal.post('/v1/grants', { shareId, maxChunks: 7 })
    const { grant } = parseGrantAnswer(response.json())
    const notAfterMs = NOW_MS + GRANT_LIFE_MS
    expect(openRecordBy('grant', grant, networkKey)).toEqual({ shareId, maxChunks: 7, notAfterMs })
  })

  it('E01: refuses more chunks than a share of the largest size has with its padding', async () => {
    await using signal = await TestSignal.open({ maxShareBytes: 16 * CHUNK_PLAIN_BYTES })
    const fits = await signal.post('/v1/grants', { shareId, maxChunks: 17 })
    const tooMany = await signal.post('/v1/grants', { shareId, maxChunks: 18 })
    expect(fits.statusCode).toBe(200)
    expect([tooMany.statusCode, tooMany.json()]).toMatchObject([
      413,
      { code: 'SHARE_TOO_LARGE', details: { maxShareBytes: 16 * CHUNK_PLAIN_BYTES } },
    ])
  })

  it('E01: wants the access token where the network has one', async () => {
    await using signal = await TestSignal.open({ accessToken: 'open sesame' })
    const statusFor = async (headers: Record<string, string>): Promise<number> =>
      (await ask(signal, '192.0.2.1', headers)).statusCode
    expect(await statusFor({ authorization: 'Bearer open sesame' })).toBe(200)
    expect(await statusFor({})).toBe(403)
    expect(await statusFor({ authorization: 'Bearer open' })).toBe(403)
    expect(await statusFor({ authorization: 'open sesame' })).toBe(403)
    const { limits } = parseNetwork((await signal.app.inject('/v1/network')).json())
    expect(limits.grants).toBe('token')
  })

  it('E01: slows one address down, says for how long, and serves the others', async () => {
    await using signal = await TestSignal.open({ grantsPerMinute: 3 })
    for (let count = 0; count < 3; count += 1) {
      expect((await ask(signal, '192.0.2.1')).statusCode).toBe(200)
    }
    const refused = await ask(signal, '192.0.2.1')
    expect([refused.statusCode, refused.json()]).toMatchObject([429, { code: 'TOO_MANY_REQUESTS' }])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await ask(signal, '192.0.2.2')).statusCode).toBe(200)
  })

  it('believes no address that a client made up', async () => {
    await using signal = await TestSignal.open({ grantsPerMinute: 1 })
    const first = await ask(signal, '192.0.2.1', { 'x-forwarded-for': '192.0.2.2' })
    const second = await ask(signal, '192.0.2.1', { 'x-forwarded-for': '192.0.2.3' })
    expect([first.statusCode, second.statusCode]).toEqual([200, 429])
  })

  it('tells apart who asks through a proxy that it trusts', async () => {
    await using signal = await TestSignal.open({
      grantsPerMinute: 1,
      trustedProxies: ['192.0.2.1'],
    })
    const first = await ask(signal, '192.0.2.1', { 'x-forwarded-for': '192.0.2.2' })
    const second = await ask(signal, '192.0.2.1', { 'x-forwarded-for': '192.0.2.3' })
    expect([first.statusCode, second.statusCode]).toEqual([200, 200])
  })

  it.each([
    ['no chunks', { shareId, maxChunks: 0 }],
    ['more chunks than any share has', { shareId, maxChunks: 2 ** 23 + 1 }],
    ['half a chunk', { shareId, maxChunks: 1.5 }],
    ['something else than a share', { shareId: shareId.toUpperCase(), maxChunks: 1 }],
    ['nothing', {}],
  ])('refuses a request for %s', async (_name, body) => {
    await using signal = await TestSignal.open()
    const response = await signal.post('/v1/grants', body)
    expect([response.statusCode, response.json()]).toMatchObject([400, { code: 'REQUEST_INVALID' }])
  })
})
