import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { base64urlnopad } from '@scure/base'
import { fastify, type FastifyReply } from 'fastify'
import { expect, it } from 'vitest'
import { LongPoll } from '../../../seed/http/long-poll.ts'
import { MemoryBudget } from '../../../seed/http/memory-budget.ts'
import { ShareEvents } from '../../../seed/share/share-events.ts'
import { faultOf } from '../../protocol/owner.ts'
import { SentShare } from '../sent-share.ts'
import { SlowFiles } from '../store/slow-files.ts'
import { TestStore } from '../test-store.ts'
import { publicAppOf } from './test-public-app.ts'

const share = await SentShare.make('hang-up', { chunkCount: 1 })

it('keeps no place for an upload whose sender hangs up while its share is looked for', async () => {
  const disk = new SlowFiles()
  await using store = await TestStore.open({ files: disk.files })
  await store.send(share)
  await store.reopen({ files: disk.files })
  const { app, load } = publicAppOf(store)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const { asked } = disk.stop()
  const gone = Promise.withResolvers<void>()
  app.server.once('connection', (socket: Socket) => socket.once('close', gone.resolve))
  const sender = open(url)
  const token = base64urlnopad.encode(share.readToken)
  const headers = `host: a\r\nauthorization: Bearer ${token}\r\ncontent-length: 4124\r\n`
  sender.write(`PUT /v1/shares/${share.id}/index HTTP/1.1\r\n${headers}\r\n`)
  await asked
  sender.resetAndDestroy()
  await gone.promise
  disk.goOn()
  await store.shares.get(share.id)
  // The request waited for the same, and goes on first.
  await setImmediate()
  expect(load.uploads()).toBe(0)
  await app.close()
})

it('holds no memory for an answer whose reader has gone', async () => {
  const memory = new MemoryBudget(1, 1)
  await afterHangUp(async (reply) => {
    expect(await faultOf(() => memory.hold(1, reply))).toBe('REQUEST_INVALID')
    expect(await faultOf(() => memory.hold(1, reply))).toBe('REQUEST_INVALID')
  })
})

it('waits for no news for who has gone', async () => {
  const polls = new LongPoll(1, 2 ** 31 - 1)
  const place = { events: new ShareEvents(), id: share.id }
  await afterHangUp(async ({ request }) => {
    expect(await polls.wait(request.raw, place, () => false)).toBe(false)
  })
})

/** Runs what is tested for a request whose connection has ended. */
async function afterHangUp(run: (reply: FastifyReply) => Promise<void>): Promise<void> {
  const app = fastify()
  const ran = Promise.withResolvers<void>()
  app.get('/', async (_request, reply) => {
    const closed = once(reply.raw, 'close')
    asker.resetAndDestroy()
    await closed
    await run(reply).then(ran.resolve, ran.reject)
  })
  const asker = open(await app.listen({ port: 0, host: '127.0.0.1' }))
  asker.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  await ran.promise
  await app.close()
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url)
  return connect(Number(port), hostname).on('error', () => undefined)
}
