import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { decodeUtf8, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { parseNetwork } from '../../protocol/http/signal-json.ts'
import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import { readDirectory, type Seed } from '../../protocol/record/directory.ts'
import { formatPayload, parsePayload, type Payload } from '../../protocol/room/payload.ts'
import type { SeedProcess } from '../../seed/seed-process.ts'
import { createBlobShare } from '../client/receive/test-share.ts'
import { nativeWebRtc, RtcEnd } from '../client/net/rtc-pair.ts'
import { recording } from '../client/net/recording-webrtc.ts'
import { SwarmMember } from '../client/swarm/swarm-member.ts'
import { ProcessNetwork } from '../seed/network/process-network.ts'
import { SentShare } from '../seed/sent-share.ts'
import { openNativeRtc, SeedCaller } from '../seed/swarm/seed-caller.ts'
import { storeShare } from '../seed/swarm/store-share.ts'
import { MeddlingSignal, type Meddle } from './meddling-signal.ts'

let network: ProcessNetwork
let seed: SeedProcess
let entry: Seed
let stored: SentShare
const share = await createBlobShare('C01', 2)

beforeAll(async () => {
  network = await ProcessNetwork.start()
  const invitation = await network.invite('NZ', 'alpha')
  seed = await network.seed('alpha', { invitation, openRtc: openNativeRtc })
  stored = await SentShare.make('C01', { chunkCount: 2 })
  await storeShare(seed.shares, stored)
  entry = await vi.waitUntil(findSeed, { timeout: 20_000 })
  // It is listed before it can be called, and one that is away cannot be called either, whoever meddles.
  const caller = await SeedCaller.reach(network.signalUrl, seed.id, stored)
  await caller[Symbol.asyncDispose]()
})
afterAll(() => network[Symbol.asyncDispose]())

/** @returns The seed, once the network lists it. */
async function findSeed(): Promise<Seed | undefined> {
  const response = await fetch(`${network.signalUrl}/v1/network`)
  const { key, directory } = parseNetwork(await response.json())
  return readDirectory(directory, key).seeds[0]
}

/** Puts another fingerprint into what it can read, and a wrong bit into what it cannot. */
const swap =
  (towards: 'client' | 'server'): Meddle =>
  (text, to) => {
    const message = JSON.parse(text) as { payload?: Payload }
    if (message.payload === undefined || to !== towards) return [text]
    return [JSON.stringify({ ...message, payload: swapped(message.payload) })]
  }

function swapped(payload: Payload): Payload {
  const bytes = parsePayload(payload)
  const text = readable(bytes)
  if (text !== undefined) {
    return formatPayload(encodeUtf8(text.replace(/(fingerprint:sha-256 )..:../, '$1AA:AA')))
  }
  bytes[40] = (bytes[40] ?? 0) ^ 1
  return formatPayload(bytes)
}

function readable(bytes: Bytes): string | undefined {
  try {
    return decodeUtf8(bytes)
  } catch {
    return undefined
  }
}

/** WebRTC, and what of the other end it was told. */
async function watchedEnd(): Promise<{ end: RtcEnd; heard: readonly unknown[] }> {
  const { webRtc, heard } = recording(await nativeWebRtc())
  return { end: new RtcEnd(webRtc), heard }
}

describe('C01: a signal server that puts another fingerprint into descriptions', () => {
  it('cannot between two members: of what it touched nothing is taken, even where it comes first', async () => {
    const [a, b] = [await watchedEnd(), await watchedEnd()]
    await using signal = await MeddlingSignal.start(network.signalUrl, (text, to, client) => {
      const changed = swap('client')(text, to, client)
      return changed.includes(text) ? [text] : [...changed, text]
    })
    using first = SwarmMember.owner(share, { url: signal.url, port: a.end.port })
    using second = SwarmMember.owner(share, { url: signal.url, port: b.end.port })
    await expect.poll(() => [first.metCount, second.metCount]).toEqual([1, 1])
    const descriptions = [...a.heard, ...b.heard].filter((said) => isDescription(said))
    expect(descriptions).toHaveLength(2)
    expect(JSON.stringify(descriptions)).not.toContain('AA:AA:')
  })

  it.each(['server', 'client'] as const)(
    'cannot between a caller and a seed: on the way to the %s',
    async (towards) => {
      const { end, heard } = await watchedEnd()
      await using signal = await MeddlingSignal.start(network.signalUrl, swap(towards))
      using member = memberOf(signal.url, end)
      await expect(member.host.callSeed(entry)).rejects.toThrow('It cannot be called.')
      expect(heard.filter((said) => isDescription(said))).toEqual([])
    },
  )

  it('is what makes the difference: one that leaves them alone connects both', async () => {
    const { end, heard } = await watchedEnd()
    await using signal = await MeddlingSignal.start(network.signalUrl, (text) => [text])
    using member = memberOf(signal.url, end)
    const source = await member.host.callSeed(entry)
    expect(source.kind).toBe('seed-rtc')
    expect(heard.filter((said) => isDescription(said))).toHaveLength(1)
  })
})

/** Somebody who has the link of what the seed holds, and meets nobody else. */
function memberOf(url: string, { port }: RtcEnd): SwarmMember {
  const { id: shareId, owner } = stored
  const link = { shareId, helpKey: deriveHelpKey(owner.secret) }
  const member = new SwarmMember(share, { url, port }, { ...link, privacy: 'seeds-only' })
  member.host.setGenesis(owner.genesisBytes)
  return member
}

function isDescription(said: unknown): boolean {
  return typeof said === 'object' && said !== null && 'sdp' in said
}
