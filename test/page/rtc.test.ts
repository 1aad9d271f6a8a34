import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FRAME_BYTES_MAX,
  RTC_BUFFERED_BYTES_LOW,
  RTC_UNTAKEN_BYTES_MAX,
} from '../../protocol/limits.ts'
import { RtcEnd, closeAll, nativeWebRtc } from '../client/net/rtc-pair.ts'
import { recording } from '../client/net/recording-webrtc.ts'
import { type RtcTab, RtcSite, joinTabs } from './rtc/rtc-site.ts'

declare global {
  /** The most that was in a channel of this page after each send. */
  var highestBytes: number
}

let site: RtcSite
beforeAll(async () => {
  site = await RtcSite.start()
})
afterAll(() => site[Symbol.asyncDispose]())

/** Runs in the page. */
function watchChannels(): void {
  globalThis.highestBytes = 0
  const send: unknown = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'send')?.value
  Object.defineProperty(RTCDataChannel.prototype, 'send', {
    value(this: RTCDataChannel, data: unknown) {
      if (typeof send === 'function') Reflect.apply(send, this, [data])
      globalThis.highestBytes = Math.max(globalThis.highestBytes, this.bufferedAmount)
    },
  })
}

async function opened(tab: RtcTab): Promise<void> {
  await expect.poll(async () => (await tab.report()).events).toContain('open one')
}

describe('two pages, each with the engine in a thread of its own', () => {
  it('pass messages of 262,144 bytes whole, with a bounded queue, and end together', async () => {
    const [a, b] = [await site.open(watchChannels), await site.open()]
    // Whoever makes no connection does not load what it takes.
    const before = new Set(site.scripts)
    await joinTabs(a, b, 'one')
    await Promise.all([opened(a), opened(b)])
    expect(site.scripts.filter((url) => !before.has(url))).toHaveLength(2)
    await a.ask({ type: 'fill', connection: 'one', count: 12 })
    await expect.poll(async () => (await b.report()).received.length).toBe(12)
    const [sent, got] = [await a.report(), await b.report()]
    expect(got.received.toSorted((x, y) => x - y)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(sent.sentBytes).toBe(12 * FRAME_BYTES_MAX)
    const highestBytes = await a.page.evaluate(() => globalThis.highestBytes)
    expect(highestBytes).toBeGreaterThan(0)
    expect(highestBytes).toBeLessThanOrEqual(RTC_BUFFERED_BYTES_LOW + FRAME_BYTES_MAX)
    await a.close('one')
    await expect.poll(async () => (await b.report()).events.at(-1)).toBe('close one ended')
    expect((await a.report()).events).toEqual(['open one', 'close one asked'])
    expect([a.complaints, b.complaints]).toEqual([[], []])
  })

  it('D05: end it when more comes than the engine takes, and only what is bearable waits', async () => {
    const [a, b] = [await site.open(), await site.open()]
    await joinTabs(a, b, 'one')
    await Promise.all([opened(a), opened(b)])
    await b.ask({ type: 'stall' })
    await a.ask({ type: 'fill', connection: 'one', count: 36 })
    await expect.poll(async () => (await b.report()).events.at(-1)).toBe('close one flood')
    const { receivedBytes } = await b.report()
    expect(receivedBytes).toBe(RTC_UNTAKEN_BYTES_MAX + FRAME_BYTES_MAX)
    await expect.poll(async () => (await a.report()).events.at(-1)).toBe('close one ended')
  })
})

describe('a page and a native end', () => {
  it('D05: part at the first message that is too long', async () => {
    const recorded = recording(await nativeWebRtc())
    const native = new RtcEnd(recorded.webRtc)
    const tab = await site.open()
    native.port.listen((event) => event.type === 'signal' && void tab.hear('one', event.text))
    await tab.onSignal((text) => {
      const lavish = text.replace(/max-message-size:\d+/, 'max-message-size:99999999')
      native.port.send({ type: 'signal', connection: 'one', text: lavish })
    })
    await tab.connect('one', false)
    native.connect('one', true)
    await Promise.all([native.once('open'), opened(tab)])
    recorded.channels[0]?.send(new Uint8Array(FRAME_BYTES_MAX))
    await expect.poll(async () => (await tab.report()).receivedBytes).toBe(FRAME_BYTES_MAX)
    recorded.channels[0]?.send(new Uint8Array(FRAME_BYTES_MAX + 1))
    await expect.poll(async () => (await tab.report()).events.at(-1)).toBe('close one oversized')
    expect((await tab.report()).receivedBytes).toBe(FRAME_BYTES_MAX)
    await native.once('close')
    closeAll(native)
  })

  it('pass messages both ways, whoever calls', async () => {
    const native = new RtcEnd(await nativeWebRtc())
    const tab = await site.open()
    native.port.listen((event) => event.type === 'signal' && void tab.hear('one', event.text))
    await tab.onSignal((text) => native.port.send({ type: 'signal', connection: 'one', text }))
    native.connect('one', false)
    await tab.connect('one', true)
    await Promise.all([native.once('open'), opened(tab)])
    await tab.ask({ type: 'fill', connection: 'one', count: 8 })
    await expect.poll(() => native.messages.length).toBe(8)
    native.port.send({ type: 'send', connection: 'one', bytes: new Uint8Array(FRAME_BYTES_MAX) })
    await expect.poll(async () => (await tab.report()).received).toEqual([0])
    closeAll(native)
    await expect.poll(async () => (await tab.report()).events.at(-1)).toBe('close one ended')
  })
})
