import type { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ROOM_ADDRESSES_MAX,
  ROOM_UNSENT_BYTES_MAX,
  ROOM_UNSENT_BYTES_SPARED,
  roomRules,
  ROOMS_UNSENT_BYTES_MAX,
} from '../../protocol/limits.ts'
import { memberIdOf } from '../../protocol/room/room-names.ts'
import { AddressBook } from '../../signal/rooms/address-book.ts'
import { Heartbeat } from '../../signal/rooms/heartbeat.ts'
import { Member } from '../../signal/rooms/member.ts'
import { RoomClient } from '../../signal/rooms/room-client.ts'
import { fixedBytes } from '../protocol/owner.ts'
import { ListeningSignal } from '../signal/listening-signal.ts'
import { RoomVisitor, testRoom } from '../signal/rooms/room-visitor.ts'

/** Looks after sockets for which so much waits. @returns Which of them were cut off. */
function cutOff(unsent: readonly number[]): number[] {
  const cut: number[] = []
  const clients = unsent.map((bufferedAmount, i) => {
    const terminate = (): void => void cut.push(i)
    const socket = { bufferedAmount, terminate, ping: () => undefined }
    const member = new Member(memberIdOf(fixedBytes(`member ${i}`, 16)), 'address', roomRules)
    return new RoomClient(socket as unknown as WebSocket, member, 0)
  })
  const heard = { clients: () => clients, beat: () => undefined, tick: () => undefined }
  const heartbeat = new Heartbeat(roomRules.pingMs, heard)
  vi.advanceTimersByTime(roomRules.pingMs / 2)
  heartbeat[Symbol.dispose]()
  return cut
}

function openAndClose(book: AddressBook, address: string): void {
  book.open(address, 0)
  book.close(address, 0)
}

it('C05: the server has so many sockets, whatever addresses they come from', async () => {
  await using small = await ListeningSignal.start({ rooms: { socketsMax: 2 } })
  const come = (i: number) => RoomVisitor.open(small.url, { localAddress: `127.0.0.${i}` })
  await using first = await come(1)
  const second = await come(2)
  await expect(come(3)).rejects.toThrow('answered 507')
  expect(await first.join(testRoom('a'))).toEqual([])
  await second[Symbol.asyncDispose]()
  // The server hears of it a moment later.
  await expect.poll(async () => (await come(3).catch(() => undefined))?.id).toHaveLength(22)
})

describe('C05: what waits for sockets that do not read', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const most = Math.floor(ROOMS_UNSENT_BYTES_MAX / ROOM_UNSENT_BYTES_MAX)

  it('is 256 MiB in all: beyond it whoever is behind is cut off, and nobody else', () => {
    const behind = Array.from({ length: most }, () => ROOM_UNSENT_BYTES_MAX)
    const cut = new Set(cutOff([ROOM_UNSENT_BYTES_SPARED, 0, ...behind]))
    expect(cut).toEqual(new Set(behind.map((_, i) => i + 2)))
  })

  it('costs nobody the socket while it is no more', () => {
    expect(cutOff(Array.from({ length: most }, () => ROOM_UNSENT_BYTES_MAX))).toEqual([])
  })
})

describe('C05: the addresses that are remembered', () => {
  const { opens } = roomRules
  const fullMs = (opens.burst / opens.perSecond) * 1000

  it('are those whose buckets are not full again, and those that are there', () => {
    const book = new AddressBook(roomRules)
    openAndClose(book, 'gone')
    book.open('there', 0)
    book.forgetIdle(fullMs - 1)
    expect(book.take('gone', fullMs)).toBe(true)
    book.forgetIdle(fullMs)
    expect([book.take('gone', fullMs), book.take('there', fullMs)]).toEqual([false, true])
  })

  it('are looked through with every ping', async () => {
    const looks = vi.spyOn(AddressBook.prototype, 'forgetIdle')
    await using stack = new AsyncDisposableStack()
    stack.use(await ListeningSignal.start({ rooms: { pingMs: 60 } }))
    await expect.poll(() => looks.mock.calls.length).toBeGreaterThan(2)
    looks.mockRestore()
  })

  it('are so many at most, of those that are not there', () => {
    const book = new AddressBook(roomRules)
    book.open('there', 0)
    for (let i = 1; i < ROOM_ADDRESSES_MAX; i += 1) openAndClose(book, `address ${i}`)
    expect(book.take('address 1', 0)).toBe(true)
    book.open('one more', 0)
    const known = ['there', 'one more', 'address 1', `address ${ROOM_ADDRESSES_MAX - 1}`]
    expect(known.map((address) => book.take(address, 0))).toEqual([true, true, false, false])
  })
})
