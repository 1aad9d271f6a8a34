import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../protocol/bytes.ts'
import { formatBytes } from '../../../protocol/http/json.ts'
import {
  formatGrantAnswer,
  formatJoinAnswer,
  formatJoinRequest,
  formatNetwork,
  parseGrantAnswer,
  parseGrantRequest,
  parseJoinAnswer,
  parseJoinRequest,
  parseNetwork,
  type NetworkAnswer,
} from '../../../protocol/http/signal-json.ts'
import { signRecord } from '../../../protocol/record/record.ts'
import { networkKey, networkSecret, repeat, sampleBodies, seedSecret } from '../record/samples.ts'

const directory = signRecord('directory', sampleBodies.directory, networkSecret)
const invitation = signRecord('invitation', sampleBodies.invitation, networkSecret)
const join = signRecord('join', sampleBodies.join, seedSecret)
const grant = signRecord('grant', sampleBodies.grant, networkSecret)
const certificate = signRecord('certificate', sampleBodies.certificate, networkSecret)
const network: NetworkAnswer = {
  name: 'Te Moana-nui-a-Kiwa',
  key: networkKey,
  directory,
  iceServers: [
    { urls: ['stun:turn.example'] },
    {
      urls: ['turn:turn.example?transport=udp', 'turns:turn.example'],
      username: 'u',
      credential: 'c',
    },
  ],
  limits: { maxShareBytes: 2 ** 40, maxLifeMs: 1, grants: 'token' },
}

const answerInvalid: unknown = expect.objectContaining({ code: 'ANSWER_INVALID' })
const requestInvalid: unknown = expect.objectContaining({ code: 'REQUEST_INVALID' })

/** As it arrives: what was sent, through text. */
function travel(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json))
}

function without(json: Record<string, unknown>, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([name]) => name !== field))
}

describe('the answer about the network', () => {
  it('arrives as it was sent', () => {
    expect(parseNetwork(travel(formatNetwork(network)))).toEqual(network)
  })

  it('arrives without what a newer server adds', () => {
    const newer = {
      ...formatNetwork(network),
      motd: 'hello',
      limits: { ...network.limits, more: 1 },
    }
    expect(parseNetwork(travel(newer))).toEqual(network)
  })

  it.each(['name', 'key', 'directory', 'iceServers', 'limits'])(
    'is refused without %s',
    (field) => {
      expect(() => parseNetwork(without(formatNetwork(network), field))).toThrow(answerInvalid)
    },
  )

  it.each<[string, Record<string, unknown>]>([
    ['a key of 31 bytes', { key: formatBytes(repeat(1, 31)) }],
    ['a key that is none', { key: formatBytes(repeat(0, 32)) }],
    ['a padded key', { key: `${formatBytes(networkKey)}=` }],
    ['a name that shows as another', { name: 'a\u202Eb' }],
    ['a name over the limit', { name: 'a'.repeat(65) }],
    ['a directory of no length', { directory: '' }],
    ['a directory over the limit', { directory: 'A'.repeat(2_800_000) }],
    ['a directory that is not base64url', { directory: '+'.repeat(200) }],
    ['a number for a text', { directory: 7 }],
    ['a script for an ICE server', { iceServers: [{ urls: ['javascript:alert(1)'] }] }],
    [
      'too many ICE servers',
      { iceServers: Array.from({ length: 9 }, () => network.iceServers[0]) },
    ],
    ['a negative limit', { limits: { ...network.limits, maxShareBytes: -1 } }],
    ['an endless limit', { limits: { ...network.limits, maxLifeMs: 1e300 } }],
    ['an unknown way to grants', { limits: { ...network.limits, grants: 'never' } }],
  ])('is refused with %s', (_, changes) => {
    expect(() => parseNetwork({ ...formatNetwork(network), ...changes })).toThrow(answerInvalid)
  })
})

describe('a request for a grant', () => {
  const request = { shareId: '5e'.repeat(20), maxChunks: 1 }

  it('is understood', () => {
    expect(parseGrantRequest(request)).toEqual(request)
  })

  it.each<unknown>([
    undefined,
    7,
    [],
    {},
    { ...request, shareId: '5E'.repeat(20) },
    { ...request, shareId: `${'5e'.repeat(20)}\n` },
    { ...request, maxChunks: 0 },
    { ...request, maxChunks: 1.5 },
    { ...request, maxChunks: '1' },
    { ...request, maxChunks: 2 ** 23 + 1 },
  ])('is refused: %j', (json) => {
    expect(() => parseGrantRequest(json)).toThrow(requestInvalid)
  })

  it('P12: is refused without repeating what stood in it', () => {
    const secret = 'c2VjcmV0'
    expect(() => parseGrantRequest({ ...request, shareId: secret })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) as string }),
    )
  })

  it('E06: takes nothing from a prototype', () => {
    const poisoned: unknown = JSON.parse(`{"__proto__":${JSON.stringify(request)}}`)
    expect(() => parseGrantRequest(poisoned)).toThrow(requestInvalid)
    const parsed = parseGrantRequest(
      JSON.parse(`{"__proto__":{"isAdmin":true},"shareId":"${request.shareId}","maxChunks":1}`),
    )
    expect(Object.keys(parsed)).toEqual(['shareId', 'maxChunks'])
    expect('isAdmin' in parsed).toBe(false)
  })
})

it.each<[string, (json: unknown) => unknown, Record<string, unknown>, Record<string, Bytes>]>([
  ['grant', parseGrantAnswer, formatGrantAnswer({ grant }), { grant }],
  ['join', parseJoinRequest, formatJoinRequest({ invitation, join }), { invitation, join }],
  ['certificate', parseJoinAnswer, formatJoinAnswer({ certificate }), { certificate }],
])('carries the records of a %s as they are', (_, parse, json, records) => {
  expect(parse(travel(json))).toEqual(records)
  for (const field of Object.keys(records)) {
    const refused = { code: expect.stringMatching(/^(ANSWER|REQUEST)_INVALID$/) as string }
    expect(() => parse(without(json, field))).toThrow(expect.objectContaining(refused))
    expect(() => parse({ ...json, [field]: 'A'.repeat(700) })).toThrow(
      expect.objectContaining(refused),
    )
  }
})
