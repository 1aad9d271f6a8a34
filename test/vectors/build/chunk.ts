import { concat, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { sealChunk } from '../../../protocol/chunk.ts'
import { webEngine } from '../../../protocol/crypto/engine.ts'
import { CHUNK_PLAIN_BYTES } from '../../../protocol/limits.ts'
import { createOwner, flipped, patternBytes } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const owner = await createOwner('vectors')
const { shareId } = owner
const { chunkKey, nonceKey } = owner.keys
const short = encodeUtf8('what a person shares')

export async function buildChunk(): Promise<VectorFile> {
  return {
    valid: [
      await describeShort('final chunk 0', 0, short),
      await describeShort('final chunk 2^23 - 1', 2 ** 23 - 1, short),
      await describeShort('one byte', 1, Uint8Array.of(0)),
      await describeWhole('whole chunk', false),
      await describeWhole('whole final chunk', true),
    ],
    invalid: await spoil(),
  }
}

async function describeShort(name: string, index: number, plain: Bytes): Promise<object> {
  const sealed = await sealChunk(owner.keys, { shareId, index, isFinal: true }, plain)
  const hash = await webEngine.sha256(sealed)
  return { name, chunkKey, nonceKey, shareId, index, isFinal: true, plain, sealed, hash }
}

async function describeWhole(name: string, isFinal: boolean): Promise<object> {
  const plain = { step: 31, length: CHUNK_PLAIN_BYTES }
  const place = { shareId, index: 5, isFinal }
  const sealed = await sealChunk(owner.keys, place, patternBytes(plain.step, plain.length))
  const ends = { nonce: sealed.slice(0, 12), tag: sealed.slice(-16) }
  return {
    name,
    chunkKey,
    nonceKey,
    ...place,
    plain,
    ...ends,
    hash: await webEngine.sha256(sealed),
  }
}

async function spoil(): Promise<object[]> {
  const place = { shareId, index: 3, isFinal: true }
  const sealed = await sealChunk(owner.keys, place, short)
  const other = await createOwner('another')
  const refuse = (name: string, changed: Bytes, changes: object = {}): object => {
    return { name, chunkKey, ...place, ...changes, sealed: changed, code: 'CHUNK_FORGED' }
  }
  return [
    refuse('bit of the nonce', flipped(sealed, 0)),
    refuse('bit of the ciphertext', flipped(sealed, 100)),
    refuse('bit of the tag', flipped(sealed, sealed.length * 8 - 1)),
    refuse('one byte short', sealed.slice(0, -1)),
    refuse('one byte long', concat(sealed, Uint8Array.of(0))),
    refuse('no plain byte', sealed.slice(0, 28)),
    refuse('empty', new Uint8Array()),
    refuse('at another index', sealed, { index: 4 }),
    refuse('as a chunk that is not final', sealed, { isFinal: false }),
    refuse('in another share', sealed, { shareId: other.shareId }),
    refuse('under another key', sealed, { chunkKey: other.keys.chunkKey }),
  ]
}
