import { once } from 'node:events'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { RoomVisitor, testRoom } from '../signal/rooms/room-visitor.ts'

const ours = 'https://skerry.example'
const theirs = 'https://evil.example'

it('B13: only pages of allowed origins open a socket, and programs, which have none', async () => {
  await using signal = await ListeningSignal.start({ allowOrigins: [ours] })
  await using page = await RoomVisitor.open(signal.url, { origin: ours })
  await using program = await RoomVisitor.open(signal.url)
  expect(await page.join(testRoom('a'))).toEqual([])
  expect(await program.join(testRoom('a'))).toEqual([page.id])
  for (const origin of [theirs, `${ours}.evil.example`, 'null', '', ours.toUpperCase()]) {
    const opened = RoomVisitor.open(signal.url, { headers: { origin } })
    await expect(opened).rejects.toThrow('answered 403')
  }
})

it('B13: where any page may come, it gets nothing but what it can name itself', async () => {
  await using signal = await ListeningSignal.start()
  await using page = await RoomVisitor.open(signal.url, { origin: theirs })
  await using other = await RoomVisitor.open(signal.url, {
    origin: ours,
    headers: { cookie: 'a=b' },
  })
  await other.join(testRoom('a'))
  // No cookie and no address makes it somebody: the room of another is found by its id alone.
  expect(await page.ask({ type: 'peers' })).toMatchObject({ type: 'fault' })
  expect(await page.join(testRoom('b'))).toEqual([])
})

it('B13: a socket that is refused is answered with nothing that a browser might show or guess at', async () => {
  await using signal = await ListeningSignal.start({ allowOrigins: [ours] })
  const socket = new WebSocket(`${signal.url.replace('http', 'ws')}/v1/rooms`, { origin: theirs })
  const answered: unknown[] = await once(socket, 'unexpected-response')
  expect(answered[1]).toMatchObject({
    statusCode: 403,
    headers: {
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
})
