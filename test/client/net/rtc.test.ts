import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { LinkAllowance } from '../../../client/engine/net/link-allowance.ts'
import type { WebRtc } from '../../../client/engine/net/rtc.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { FRAME_BYTES_MAX, RTC_BUFFERED_BYTES_LOW } from '../../../protocol/limits.ts'
import { RtcEnd, closeAll, connectedPair, joinEnds, nativeWebRtc } from './rtc-pair.ts'
import { recording } from './recording-webrtc.ts'

let webRtc: WebRtc
beforeAll(async () => {
  webRtc = await nativeWebRtc()
})

describe('a connection between two native ends', () => {
  it('carries messages of 262,144 bytes whole, each once, both ways', async () => {
    const [a, b] = await connectedPair(webRtc)
    for (let index = 0; index < 8; index += 1) {
      a.port.send({ type: 'send', connection: 'one', bytes: messageOf(index) })
      b.port.send({ type: 'send', connection: 'one', bytes: messageOf(100 + index) })
    }
    await expect.poll(() => [a.messages.length, b.messages.length]).toEqual([8, 8])
    expect(indexesIn(b.messages)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(indexesIn(a.messages)).toEqual([100, 101, 102, 103, 104, 105, 106, 107])
    closeAll(a, b)
  })

  it('takes the bytes of a message over, and gives their memory back once it was sent', async () => {
    const [a, b] = await connectedPair(webRtc)
    const bytes = messageOf(1)
    a.port.send({ type: 'send', connection: 'one', bytes })
    expect((await a.once('sent')).used).toEqual([bytes])
    // The channel has a copy.
    bytes.fill(0)
    expect((await b.once('message')).bytes).toEqual(messageOf(1))
    closeAll(a, b)
  })

  it('carries what was sent before it was open, and an empty message', async () => {
    const [a, b] = [new RtcEnd(webRtc), new RtcEnd(webRtc)]
    joinEnds(a, b)
    a.connect('one', true)
    a.port.send({ type: 'send', connection: 'one', bytes: Uint8Array.of(1, 2, 3) })
    a.port.send({ type: 'send', connection: 'one', bytes: new Uint8Array(0) })
    b.connect('one', false)
    await expect.poll(() => b.messages.length).toBe(2)
    expect(b.messages.toSorted((x, y) => y.length - x.length)).toEqual([
      Uint8Array.of(1, 2, 3),
      new Uint8Array(0),
    ])
    closeAll(a, b)
  })

  it('holds 1 MiB and a message in the channel at most, and says of each byte that it went there', async () => {
    const recorded = recording(webRtc)
    const [a, b] = await connectedPair(recorded.webRtc)
    let highestBytes = 0
    a.port.listen(() => {
      // In the one event of sending: what was handed to the channel lies in it.
      for (const { bufferedAmount } of recorded.channels)
        highestBytes = Math.max(highestBytes, bufferedAmount)
    })
    for (let index = 0; index < 12; index += 1)
      a.port.send({ type: 'send', connection: 'one', bytes: messageOf(index) })
    await expect.poll(() => b.messages.length).toBe(12)
    const sentBytes = a.said('sent').reduce((sum, { bytes }) => sum + bytes, 0)
    expect(sentBytes).toBe(12 * FRAME_BYTES_MAX)
    expect(highestBytes).toBeLessThanOrEqual(RTC_BUFFERED_BYTES_LOW + FRAME_BYTES_MAX)
    closeAll(a, b)
  })

  it('ends at both ends once it is closed at one, and says so once', async () => {
    const [a, b] = await connectedPair(webRtc)
    a.port.send({ type: 'close', connection: 'one' })
    await b.once('close')
    // It is over: commands that crossed its end do nothing.
    for (const { port } of [a, b]) {
      port.send({ type: 'send', connection: 'one', bytes: messageOf(0) })
      port.send({ type: 'signal', connection: 'one', text: '{}' })
      port.send({ type: 'close', connection: 'one' })
    }
    expect([a.reasons, b.reasons]).toEqual([['asked'], ['ended']])
    expect(a.events.at(-1)?.type).toBe('close')
  })

  it('is made anew under another name, and the first one is not disturbed', async () => {
    const [a, b] = await connectedPair(webRtc)
    b.connect('two', false)
    a.connect('two', true)
    await a.once('open', ({ connection }) => connection === 'two')
    a.port.send({ type: 'close', connection: 'one' })
    await b.once('close')
    a.port.send({ type: 'send', connection: 'two', bytes: Uint8Array.of(2) })
    expect(await b.once('message')).toMatchObject({ connection: 'two', bytes: Uint8Array.of(2) })
    closeAll(a, b)
  })

  it('says nothing of this machine while it is relayed and there is no TURN server', async () => {
    const end = new RtcEnd(webRtc)
    const rest = { iceServers: [], isRelayOnly: true }
    end.port.send({ type: 'connect', connection: 'one', isInitiator: true, ...rest })
    const { text } = await end.once('signal')
    expect(text).toContain('"offer"')
    closeAll(end)
    expect(end.said('signal')).toHaveLength(1)
    expect(text).not.toMatch(/candidate|(?!127\.0\.0\.1|0\.0\.0\.0)\b\d+\.\d+\.\d+\.\d+\b/)
  })

  it('asks no STUN server from this machine while it is relayed', async () => {
    await using relayed = await StunEar.open()
    await using direct = await StunEar.open()
    const ends = [relayed, direct].map(({ port }) => {
      const end = new RtcEnd(webRtc)
      const iceServers = [{ urls: [`stun:127.0.0.1:${port}`] }]
      const isRelayOnly = port === relayed.port
      end.port.send({
        type: 'connect',
        connection: 'one',
        isInitiator: true,
        iceServers,
        isRelayOnly,
      })
      return end
    })
    await expect.poll(() => direct.heardCount).toBeGreaterThan(0)
    expect(relayed.heardCount).toBe(0)
    closeAll(...ends)
  })

  it('refuses a candidate that WebRTC does not take, also once the TURN server relays for it there', async () => {
    const connection = new webRtc.RTCPeerConnection({
      iceServers: [],
      iceTransportPolicy: 'relay',
    }) as RTCPeerConnection
    await connection.setRemoteDescription({ type: 'offer', sdp: await offerOf(new RtcEnd(webRtc)) })
    const candidate = {
      candidate: 'candidate:1 1 UDP 1 192.0.2.9 5 typ relay',
      sdpMid: 'none of its lines',
    }
    const taken = connection.addIceCandidate(candidate)
    connection.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }))
    await expect(taken).rejects.toThrow('sdpMid')
    connection.close()
  })

  it('looks up no name that another end says is its address', async () => {
    const connection = new webRtc.RTCPeerConnection({ iceServers: [] }) as RTCPeerConnection
    const [first, second] = plainCandidates
    const lines = [...namedCandidates, second].map((candidate) => `a=${candidate}\r\n`)
    const sdp = (await offerOf(new RtcEnd(webRtc))) + lines.join('')
    await connection.setRemoteDescription({ type: 'offer', sdp })
    for (const candidate of [...namedCandidates, first])
      await connection.addIceCandidate({ candidate, sdpMid: '0' })
    // It holds what it was told to reach, as it was said.
    const held = connection.remoteDescription?.sdp ?? ''
    connection.close()
    expect(held.match(/^a=candidate:.*(?= typ)/gm)?.toSorted()).toEqual(
      plainCandidates.map((candidate) => `a=${candidate.replace(/ typ.*/, '')}`),
    )
  })

  it('takes no candidate from a description while it is relayed, however its lines are torn', async () => {
    const iceTransportPolicy = 'relay'
    const connection = new webRtc.RTCPeerConnection({ iceTransportPolicy }) as RTCPeerConnection
    const line = `a=${plainCandidates[0]}\r\n`
    // What stands around a line that is left out must not become one.
    const torn = `${line}a=cand${line}${line.slice('a=cand'.length)}`
    const sdp = (await offerOf(new RtcEnd(webRtc))) + torn
    await connection.setRemoteDescription({ type: 'offer', sdp })
    const held = connection.remoteDescription?.sdp
    connection.close()
    expect(held).toContain('webrtc-datachannel')
    expect(held).not.toMatch(/^a=candidate/m)
  })

  it('leaves nothing behind that breaks the end of the process', async () => {
    const script = join(import.meta.dirname, 'rtc-then-nothing.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 60_000 })
    expect(stdout.trim()).toBe('asked ended')
  })
})

/** A STUN server that hears, and says nothing. */
class StunEar implements AsyncDisposable {
  readonly port: number
  readonly #socket: Socket
  heardCount = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    this.port = socket.address().port
    socket.on('message', () => (this.heardCount += 1))
  }

  static async open(): Promise<StunEar> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new StunEar(socket)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}

describe('a thread', () => {
  it('D07: makes no more connections than a browser bears, alive and in a minute', () => {
    let nowMs = 0
    const end = new RtcEnd(webRtc, new LinkAllowance(2, 3, () => nowMs))
    end.connect('a', false)
    end.connect('b', false)
    end.connect('too many alive', false)
    end.port.send({ type: 'close', connection: 'a' })
    end.connect('c', false)
    end.port.send({ type: 'close', connection: 'b' })
    end.connect('too many a minute', false)
    nowMs = 60_000
    end.connect('a minute later', false)
    const refused = end.said('close').filter(({ reason }) => reason === 'limit')
    expect(refused.map(({ connection }) => connection)).toEqual([
      'too many alive',
      'too many a minute',
    ])
    for (const connection of ['c', 'a minute later']) end.port.send({ type: 'close', connection })
  })
})

const plainCandidates = [
  'candidate:1 1 UDP 2122317823 192.0.2.9 5000 typ host',
  'candidate:2 1 UDP 2122317823 2001:db8::9 5000 typ srflx raddr 0.0.0.0 rport 0',
] as const
/** The last ones hide a name from whoever splits words elsewhere than the native parser. */
const namedCandidates = [
  'candidate:1 1 UDP 2122317823 name.invalid 5000 typ host',
  'candidate:2 1 UDP 2122317823 6e2f0c1a-9a2b-4f6e-8d53-0a4be1f0c2d7.local 5000 typ host',
  'candidate:3 1 UDP 2122317823 fe80::1%name 5000 typ host',
  'candidate:4 1 UDP 2122317823 192.0.2.9 name typ host',
  'candidate:5 1 UDP 21name.invalid 192.0.2.9 typ host',
  'candidate:6 1 UDP 2122317823\tname.invalid 5000 typ host raddr 192.0.2.9 5 typ host',
]

async function offerOf(end: RtcEnd): Promise<string> {
  end.connect('one', true)
  const { text } = await end.once('signal', (event) => event.text.includes('"offer"'))
  closeAll(end)
  const { sdp } = JSON.parse(text) as { sdp: string }
  return sdp
}

function messageOf(index: number): Bytes {
  const bytes = new Uint8Array(FRAME_BYTES_MAX).fill(index)
  new DataView(bytes.buffer).setUint32(0, index)
  return bytes
}

/** Sorted; NaN where a byte is not as it was sent. */
function indexesIn(messages: readonly Bytes[]): number[] {
  const indexes = messages.map((bytes) => {
    const index = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    const isWhole =
      bytes.length === FRAME_BYTES_MAX && bytes.subarray(4).every((byte) => byte === index)
    return isWhole ? index : Number.NaN
  })
  return indexes.toSorted((x, y) => x - y)
}
