import { concat, decodeUtf8, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { GENESIS_BYTES } from '../../../protocol/genesis.ts'
import { encodePeerWord, type PeerWord } from '../../../protocol/room/peer-word.ts'
import { connectionIdOf, deriveMemberId, memberSecretOf } from '../../../protocol/room/room-names.ts'
import { encodeSeedAnswer, encodeSeedSignal } from '../../../protocol/room/seed-answer.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { sampleCandidate, sampleSdp } from '../../protocol/room/descriptions.ts'
import type { VectorFile } from '../vector-file.ts'

const seedSecret = fixedBytes('a called seed')
const otherSecret = fixedBytes('another seed')
const connection = connectionIdOf(fixedBytes('connection', 16))
const call = { connection, offer: sampleSdp(), answer: sampleSdp('a=x-answer:1') }

export function buildSignals(): VectorFile {
  return {
    words: { valid: words().map((word) => describeWord(word)), invalid: spoiledWords() },
    answers: {
      seedKey: publicKeyOf(seedSecret),
      connection,
      offer: call.offer,
      valid: [
        describeAnswer('an answer', encodeSeedAnswer(call, seedSecret)),
        describeAnswer('a candidate', encodeSeedSignal(candidate())),
      ],
      invalid: spoiledAnswers(),
    },
    members: { valid: members(), invalid: spoiledSecrets() },
  }
}

function members(): object[] {
  const secrets = [fixedBytes('a member'), new Uint8Array(32), new Uint8Array(32).fill(255)]
  return secrets.map((bytes) => {
    const secret = memberSecretOf(bytes)
    return { secret, member: deriveMemberId(secret) }
  })
}

function spoiledSecrets(): object[] {
  const secret = memberSecretOf(fixedBytes('a member'))
  const cases: [string, unknown][] = [
    ['one that is cut', secret.slice(0, -1)],
    ['one that is too long', `${secret}A`],
    ['nonzero spare bits', `${secret.slice(0, -1)}B`],
    ['padding', `${secret}=`],
    ['no text', 7],
  ]
  return cases.map(([name, wrong]) => ({ name, secret: wrong, code: 'REQUEST_INVALID' }))
}

function candidate(): PeerWord & { type: 'candidate' } {
  return { type: 'candidate', candidate: { candidate: sampleCandidate(), sdpMid: '0' } }
}

function words(): PeerWord[] {
  const genesis = concat(...Array.from({ length: 6 }, (_, i) => fixedBytes(`genesis ${i}`)))
  return [
    { type: 'ask-genesis' },
    { type: 'genesis', genesis: genesis.slice(0, GENESIS_BYTES) },
    { type: 'offer', sdp: sampleSdp() },
    candidate(),
  ]
}

function describeWord(word: PeerWord): object {
  return { word, text: decodeUtf8(encodePeerWord(word)) }
}

function spoiledWords(): object[] {
  const cases: [string, string][] = [
    ['no JSON', 'ask-genesis'],
    ['an unknown type', '{"type":"ask"}'],
    ['a genesis that is cut', '{"type":"genesis","genesis":"AAAA"}'],
    ['a genesis without one', '{"type":"genesis"}'],
    ['an offer without a description', '{"type":"offer"}'],
    ['a candidate of no media line', '{"type":"candidate","candidate":{"candidate":""}}'],
  ]
  return cases.map(([name, text]) => ({ name, text, code: 'SIGNAL_INVALID' }))
}

function describeAnswer(name: string, payload: Bytes): object {
  return { name, payload: decodeUtf8(payload) }
}

function spoiledAnswers(): object[] {
  const signed = (changes: Partial<typeof call>): Bytes =>
    encodeSeedAnswer({ ...call, ...changes }, seedSecret)
  const swapped = decodeUtf8(signed({})).replace('x-answer:1', 'x-answer:2')
  const cases: [string, Bytes, string][] = [
    ['without a proof', encodeSeedSignal({ type: 'answer', sdp: call.answer }), 'SIGNAL_INVALID'],
    ['signed for another answer', encodeUtf8(swapped), 'SIGNAL_INVALID'],
    ['signed over another offer', signed({ offer: call.answer }), 'SIGNAL_INVALID'],
    [
      'signed for another connection',
      signed({ connection: connectionIdOf(fixedBytes('another', 16)) }),
      'SIGNAL_INVALID',
    ],
    ['signed by another seed', encodeSeedAnswer(call, otherSecret), 'RECORD_INVALID'],
    ['an offer', encodeSeedSignal({ type: 'offer', sdp: call.offer }), 'SIGNAL_INVALID'],
    ['no JSON', encodeUtf8('answer'), 'SIGNAL_INVALID'],
  ]
  return cases.map(([name, payload, code]) => ({ name, payload: decodeUtf8(payload), code }))
}
