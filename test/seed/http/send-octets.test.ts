import { once } from 'node:events'
import { connect } from 'node:net'
import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { sendOctets } from '../../../seed/http/send-octets.ts'
import type { SendingRules } from '../../../seed/http/send-pieces.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { DAY_MS, SentShare } from '../sent-share.ts'
import { TestStore } from '../test-store.ts'

const share = await SentShare.make('octets', { chunkCount: 1 })
// More than the buffers of a connection take.
const ANSWER_BYTES = 32 * 1024 * 1024
const NEVER_MS = 2 ** 31 - 1

it('keeps no answer in memory for a reader who takes nothing of it', async () => {
  const rules = { checkServable: () => undefined, pieceMsMax: 20 }
  expect(await isFinished(rules, async () => undefined)).toBe(false)
})

it.each([
  ['deleted', async ({ shares }: TestStore) => shares.putCheckpoint(share.id, share.deletion())],
  ['expired', async (store: TestStore) => (store.nowMs = NOW_MS + 7 * DAY_MS)],
])('P10: cuts a piece off that is on its way out when its share is %s', async (_what, end) => {
  await using store = await TestStore.open()
  await store.send(share)
  const found = await store.shares.get(share.id)
  const checkServable = (): void => {
    store.shares.checkServable(found)
  }
  const rules = { checkServable, checkMs: 10, pieceMsMax: NEVER_MS }
  expect(await isFinished(rules, () => end(store))).toBe(false)
})

/** Whether an answer comes to its end whose reader takes nothing, and what happens once it has begun. */
async function isFinished(rules: SendingRules, happen: () => Promise<unknown>): Promise<boolean> {
  const app = fastify()
  const closed = Promise.withResolvers<boolean>()
  app.get('/', (_request, reply) => {
    reply.raw.once('close', () => {
      closed.resolve(reply.raw.writableFinished)
    })
    return sendOctets(reply, new Uint8Array(ANSWER_BYTES), rules)
  })
  const { hostname, port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const reader = connect(Number(port), hostname).on('error', () => undefined)
  reader.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await once(reader, 'readable')
  await happen()
  try {
    return await closed.promise
  } finally {
    reader.destroy()
    await app.close()
  }
}
