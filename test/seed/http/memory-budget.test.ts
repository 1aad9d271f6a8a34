import { connect } from 'node:net'
import { base64urlnopad } from '@scure/base'
import { expect, it } from 'vitest'
import { INDEX_SEALED_BYTES_MAX } from '../../../protocol/limits.ts'
import { SentShare } from '../sent-share.ts'
import { refusalOf, TestSeed } from '../test-seed.ts'

const share = await SentShare.make('memory', { chunkCount: 1 })

it('gives no address more than its part of the memory for large requests', async () => {
  await using seed = await TestSeed.start({ trustedProxies: ['127.0.0.1'] })
  await seed.create(share)
  await seed.putCheckpoint(share, share.sealed())
  const slow = connect(Number(new URL(seed.url).port), '127.0.0.1')
  const token = base64urlnopad.encode(share.readToken)
  const headers = [
    'host: a',
    'x-forwarded-for: 192.0.2.1',
    `authorization: Bearer ${token}`,
    `content-length: ${INDEX_SEALED_BYTES_MAX}`,
  ]
  slow.write(`PUT /v1/shares/${share.id}/index HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
  await expect.poll(async () => (await seed.running.status()).uploads).toBe(1)
  const putFrom = (address: string): Promise<Response> => {
    const options = { method: 'PUT', body: share.index, headers: { 'x-forwarded-for': address } }
    return seed.ask(share, '/index', options)
  }
  expect(await refusalOf(await putFrom('192.0.2.1'))).toEqual([429, 'TOO_MANY_REQUESTS'])
  expect((await putFrom('192.0.2.2')).status).toBe(200)
  slow.destroy()
  await expect.poll(async () => (await putFrom('192.0.2.1')).status).toBe(200)
})
