import { describe, expect, it } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../../protocol/bytes.ts'
import type { FaultCode } from '../../../protocol/errors.ts'
import { parseClientMessage } from '../../../protocol/room/client-message.ts'
import { decodePeerWord, encodePeerWord } from '../../../protocol/room/peer-word.ts'
import {
  deriveMemberId,
  type ConnectionId,
  type MemberId,
  type MemberSecret,
} from '../../../protocol/room/room-names.ts'
import { openSeedSignal } from '../../../protocol/room/seed-answer.ts'
import { faultOf } from '../owner.ts'
import { testRoom } from '../../signal/rooms/room-visitor.ts'
import { asJson, hex, readVectors } from '../vector-reader.ts'

type ValidWord = Readonly<{ word: { type: string }; text: string }>
type InvalidWord = Readonly<{ name: string; text: string; code: FaultCode }>
type Answer = Readonly<{ name: string; payload: string }>
type File = Readonly<{
  words: { valid: ValidWord[]; invalid: InvalidWord[] }
  answers: {
    seedKey: string
    connection: ConnectionId
    offer: string
    valid: Answer[]
    invalid: (Answer & { code: FaultCode })[]
  }
  members: {
    valid: Readonly<{ secret: MemberSecret; member: MemberId }>[]
    invalid: Readonly<{ name: string; secret: unknown; code: FaultCode }>[]
  }
}>

const { words, answers, members } = readVectors('signals.json') as File

describe('signals.json, words', () => {
  it.each(words.valid)('says $word.type both ways', ({ word, text }) => {
    const decoded = decodePeerWord(encodeUtf8(text))
    expect(asJson(decoded)).toEqual(word)
    expect(decodeUtf8(encodePeerWord(decoded))).toBe(text)
  })

  it.each(words.invalid)('refuses $name', async ({ text, code }) => {
    expect(await faultOf(() => decodePeerWord(encodeUtf8(text)))).toBe(code)
  })
})

describe('signals.json, what a seed answers', () => {
  const { connection, offer } = answers
  const open = (payload: string, seedKey = answers.seedKey) =>
    openSeedSignal(encodeUtf8(payload), { connection, offer }, hex(seedKey))

  it.each(answers.valid)('takes $name', ({ payload }) => {
    const { type } = JSON.parse(payload) as { type: string }
    expect(open(payload).type).toBe(type)
  })

  it.each(answers.invalid)('refuses one: $name', async ({ payload, code }) => {
    expect(await faultOf(() => open(payload))).toBe(code)
  })
})

const joinOf = (secret: unknown): string =>
  JSON.stringify({ type: 'join', room: testRoom('vectors'), secret })

describe('signals.json, what a member is called', () => {
  it.each(members.valid)('is $member by its secret', ({ secret, member }) => {
    expect(parseClientMessage(joinOf(secret))).toMatchObject({ secret })
    expect(deriveMemberId(secret)).toBe(member)
  })

  it.each(members.invalid)('is nothing by $name', async ({ secret, code }) => {
    expect(await faultOf(() => parseClientMessage(joinOf(secret)))).toBe(code)
  })
})
