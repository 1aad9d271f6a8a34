import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RtcEvent } from '../../client/engine/net/rtc-port.ts'
import type { WebRtc } from '../../client/engine/net/rtc.ts'
import { FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import { RtcEnd, closeAll, nativeWebRtc } from '../client/net/rtc-pair.ts'
import { recording } from '../client/net/recording-webrtc.ts'

let webRtc: WebRtc
const ends: RtcEnd[] = []
beforeAll(async () => {
  webRtc = await nativeWebRtc()
})
afterEach(() => closeAll(...ends.splice(0)))

type Hostile = Readonly<{ ours: RtcEnd; channel: RTCDataChannel; makeChannel: () => void }>

/** A real peer that holds a raw channel to ours, and a description that lets it send messages of any size. */
async function hostileTo(): Promise<Hostile> {
  const recorded = recording(webRtc)
  const hostile = new RtcEnd(recorded.webRtc)
  const ours = new RtcEnd(webRtc)
  ends.push(hostile, ours)
  hostile.port.listen((event) => event.type === 'signal' && ours.port.send(event))
  ours.port.listen((event) => event.type === 'signal' && hostile.port.send(lavish(event)))
  ours.connect('one', false)
  hostile.connect('one', true)
  await Promise.all([hostile.once('open'), ours.once('open')])
  const [channel] = recorded.channels
  if (channel === undefined) throw new Error('no channel')
  return { ours, channel, makeChannel: recorded.makeChannel }
}

/** As if we took messages of any size. */
function lavish(event: Extract<RtcEvent, { type: 'signal' }>): typeof event {
  return { ...event, text: event.text.replace(/max-message-size:\d+/, 'max-message-size:99999999') }
}

describe('a real peer over a real channel', () => {
  it('D05: is left at its first message above 262,144 bytes, and no byte of it is handed on', async () => {
    const { ours, channel } = await hostileTo()
    channel.send(new Uint8Array(FRAME_BYTES_MAX))
    await ours.once('message')
    channel.send(new Uint8Array(FRAME_BYTES_MAX + 1))
    expect(await ours.once('close')).toMatchObject({ reason: 'oversized' })
    expect(ours.messages.map(({ length }) => length)).toEqual([FRAME_BYTES_MAX])
  })

  it('D05: is left when it sends text', async () => {
    const { ours, channel } = await hostileTo()
    channel.send('{}')
    expect(await ours.once('close')).toMatchObject({ reason: 'text' })
    expect(ours.messages).toEqual([])
  })

  it('D05: is left when it does not read what it has us send', async () => {
    const ours = new RtcEnd(webRtc)
    ends.push(ours)
    const reader = fork(join(import.meta.dirname, '..', 'client', 'net', 'rtc-child.ts'))
    ours.port.listen((event) => event.type === 'signal' && reader.send(event.text))
    reader.on('message', (text: string) => {
      if (text === 'open') reader.kill('SIGSTOP')
      else ours.port.send({ type: 'signal', connection: 'one', text })
    })
    ours.connect('one', true)
    await ours.once('open')
    for (let count = 1; ours.reasons.length === 0 && count < 100; count += 1) {
      ours.port.send({ type: 'send', connection: 'one', bytes: new Uint8Array(FRAME_BYTES_MAX) })
      await delay(1)
    }
    reader.kill('SIGKILL')
    expect(ours.reasons).toEqual(['unread'])
  })

  it('D05: is left when it opens a second channel', async () => {
    const { ours, makeChannel } = await hostileTo()
    makeChannel()
    expect(await ours.once('close')).toMatchObject({ reason: 'channels' })
  })
})
