import { encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { sealEnvelope, type EnvelopeRoute } from '../../../protocol/wire/envelope.ts'
import { fixedBytes, flipped, patched } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const swarmKey = fixedBytes('swarmKey')
const route: EnvelopeRoute = {
  from: fixedBytes('from', 16),
  to: fixedBytes('to', 16),
  connection: fixedBytes('connection', 16),
}
const texts = ['{"type":"offer","sdp":"v=0\\r\\n"}', '{"type":"candidate","candidate":{}}']

export async function buildEnvelope(): Promise<VectorFile> {
  const [first, second] = await Promise.all(texts.map((text, count) => describeOne(text, count)))
  return { swarmKey, ...route, valid: [first, second], invalid: await spoil() }
}

async function describeOne(text: string, count: number): Promise<object> {
  const nonce = fixedBytes(`nonce ${count}`, 12)
  return { count, nonce, text, envelope: await seal(encodeUtf8(text), count) }
}

function seal(text: Bytes, count = 0, changes: Partial<EnvelopeRoute> = {}): Promise<Bytes> {
  const nonce = fixedBytes(`nonce ${count}`, 12)
  return sealEnvelope({ swarmKey, route: { ...route, ...changes }, count, nonce, text })
}

async function spoil(): Promise<object[]> {
  const text = encodeUtf8(texts[0] ?? '')
  const envelope = await seal(text)
  const cases: [string, Bytes][] = [
    ['another count', patched(envelope, 0, [0, 0, 0, 1])],
    ['a count that no connection gets to', patched(envelope, 0, [0, 0, 0, 32])],
    ['one bit of the nonce changed', flipped(envelope, 32)],
    ['one bit of the text changed', flipped(envelope, 8 * 16)],
    ['cut by one byte', envelope.slice(0, -1)],
    ['no text', envelope.slice(0, 32)],
    ['of another sender', await seal(text, 0, { from: route.to })],
    ['to another receiver', await seal(text, 0, { to: route.from })],
    ['of another connection', await seal(text, 0, { connection: route.to })],
  ]
  return cases.map(([name, bytes]) => ({ name, envelope: bytes, code: 'ENVELOPE_INVALID' }))
}
