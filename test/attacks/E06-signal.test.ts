import { describe, expect, it } from 'vitest'
import { SHORT_BODY_BYTES_MAX } from '../../protocol/limits.ts'
import { alpha, signInvitation } from '../signal/test-seed.ts'
import { TestSignal } from '../signal/test-signal.ts'

const good = { shareId: '5e'.repeat(20), maxChunks: 1 }
const DEPTH = SHORT_BODY_BYTES_MAX / 2 - 1

/** What a request for a grant is answered that has exactly this text as its body. */
async function answerTo(
  signal: TestSignal,
  payload: string,
  type = 'application/json',
): Promise<unknown> {
  const headers = { 'content-type': type }
  const { statusCode, body } = await signal.app.inject({
    method: 'POST',
    url: '/v1/grants',
    headers,
    payload,
  })
  const { code } = JSON.parse(body) as { code: string }
  return { statusCode, code, tells: /at .*\.[jt]s|node_modules|stack|JSON\.parse/.test(body) }
}

const refusedWith = (statusCode: number): object => ({
  statusCode,
  code: 'REQUEST_INVALID',
  tells: false,
})

describe('E06: a body', () => {
  it.each([
    ['that is longer than any request', `[${'0,'.repeat(SHORT_BODY_BYTES_MAX)}0]`, 413],
    ['one byte too long', JSON.stringify(good).padEnd(SHORT_BODY_BYTES_MAX + 1), 413],
    ['as deep as it is long', '['.repeat(DEPTH) + ']'.repeat(DEPTH), 400],
    ['of the same key again and again', `{${'"a":1,'.repeat(250)}"a":1}`, 400],
    ['with a number beyond all', `{"shareId":"${good.shareId}","maxChunks":1e999}`, 400],
    ['that breaks off', '{"shareId":"', 400],
    ['that is no JSON', 'c2VjcmV0', 400],
    ['that is nothing', '', 400],
    ['that is null', 'null', 400],
    ['that is a list', '[]', 400],
    ['that is a text', '"text"', 400],
  ])('%s is refused, and tells nothing of the server', async (_name, payload, status) => {
    await using signal = await TestSignal.open()
    expect(await answerTo(signal, payload)).toEqual(refusedWith(status))
  })

  it.each([
    '{"__proto__":{"isAdmin":true},"shareId":1}',
    '{"shareId":{"__proto__":{"isAdmin":true}}}',
    '{"\\u005f\\u005fproto\\u005f\\u005f":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
  ])('that poisons a prototype is refused: %s', async (payload) => {
    await using signal = await TestSignal.open()
    const whole = `{"shareId":"${good.shareId}","maxChunks":1,"more":${payload}}`
    expect(await answerTo(signal, whole)).toEqual(refusedWith(400))
    expect(Object.prototype).not.toHaveProperty('isAdmin')
  })

  it.each(['text/plain', 'application/xml', 'application/jsonp', 'multipart/form-data'])(
    'of another type is refused unread: %s',
    async (type) => {
      await using signal = await TestSignal.open()
      expect(await answerTo(signal, JSON.stringify(good), type)).toEqual(refusedWith(415))
    },
  )

  it('of octets is a state or nothing', async () => {
    await using signal = await TestSignal.openWithAlpha()
    for (const bytes of [0, 1, 105, SHORT_BODY_BYTES_MAX]) {
      const { statusCode } = await signal.putState(alpha, new Uint8Array(bytes))
      expect(statusCode).toBe(400)
    }
    const long = await signal.putState(alpha, new Uint8Array(SHORT_BODY_BYTES_MAX + 1))
    expect(long.statusCode).toBe(413)
  })

  it('with more in it than was asked for is taken without it', async () => {
    await using signal = await TestSignal.open()
    const body = JSON.stringify({ ...good, notAfterMs: 1, certificate: 'x' })
    expect(await answerTo(signal, body)).toMatchObject({ statusCode: 200 })
  })

  it('that is hostile costs the next one nothing', async () => {
    await using signal = await TestSignal.open({ grantsPerMinute: 1000 })
    for (let count = 0; count < 200; count += 1) await answerTo(signal, '['.repeat(DEPTH))
    expect(await answerTo(signal, JSON.stringify(good))).toMatchObject({ statusCode: 200 })
  })
})

it('E06: records in JSON are bounded before they are decoded', async () => {
  await using signal = await TestSignal.open()
  const request = alpha.join(signInvitation('alpha'))
  for (const field of ['invitation', 'join']) {
    for (const text of ['', 'A', '!', 'A'.repeat(700), 5, {}, []]) {
      const response = await signal.post('/v1/seeds', { ...request, [field]: text })
      expect([response.statusCode, response.json()]).toMatchObject([
        400,
        { code: 'REQUEST_INVALID' },
      ])
    }
  }
})
