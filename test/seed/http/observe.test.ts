import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { observe, type Answered } from '../../../seed/http/observe.ts'

let app: FastifyInstance
let url: string
const answers: Answered[] = []
let isAsked = false

beforeEach(async () => {
  answers.length = 0
  app = fastify()
  observe(app, { answered: (answer) => answers.push(answer) })
  isAsked = false
  app.get('/slow', async () => {
    isAsked = true
    return new Promise<never>(() => undefined)
  })
  app.post('/take', { bodyLimit: 10_000_000 }, async () => ({}))
  app.get('/give', async () => 'x'.repeat(500_000))
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async () => ({}))
  url = await app.listen({ port: 0 })
})
afterEach(() => app.close())

it('counts every byte of bodies once, whatever comes with the head of a request', async () => {
  for (let i = 0; i < 5; i += 1) {
    await (
      await fetch(`${url}/take`, { method: 'POST', body: new Blob(['x'.repeat(300_000)]) })
    ).text()
    await (await fetch(`${url}/give`)).text()
  }
  await expect.poll(() => answers.length).toBe(10)
  const received = answers.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0)
  const sent = answers.reduce((sum, { sentBytes }) => sum + sentBytes, 0)
  // Heads are a few hundred bytes each.
  expect(Math.floor(received / 10_000)).toBe(150)
  expect(Math.floor(sent / 10_000)).toBe(250)
})

it('tells from where a request came also once its connection is gone', async () => {
  const stop = new AbortController()
  const asked = fetch(`${url}/slow`, { signal: stop.signal }).catch(() => 'stopped')
  await expect.poll(() => isAsked).toBe(true)
  stop.abort()
  expect(await asked).toBe('stopped')
  await expect.poll(() => answers).toMatchObject([{ isFinished: false, address: '127.0.0.1' }])
})
