import { randomBytes, webcrypto } from 'node:crypto'
import type { Bytes } from '../../protocol/bytes.ts'
import { openChunk, sealChunk, type ChunkPlace } from '../../protocol/chunk.ts'
import { engine, useEngine } from '../../protocol/crypto/engine.ts'
import { nodeEngine } from '../../skerry-crypto.ts'
import { deriveContentKeys } from '../../protocol/key-schedule.ts'
import { CHUNK_PLAIN_BYTES } from '../../protocol/limits.ts'
import { formatShareId } from '../../protocol/share-id.ts'
import { megabytesPerSecond, ratioText, secondsOf } from './raw/figures.ts'

export const title =
  'sealing and opening a chunk, hash included, against raw AES-GCM of the same bytes'

const CHUNKS = 1000
const IN_FLIGHT = 8

export async function run(): Promise<string> {
  useEngine(nodeEngine)
  const keys = await deriveContentKeys(bytes(16), bytes(32), undefined)
  const shareId = formatShareId(bytes(20))
  const place = (index: number): ChunkPlace => ({ shareId, index, isFinal: false })
  const plain = bytes(CHUNK_PLAIN_BYTES)
  const sealed = await sealChunk(keys, place(0), plain)
  const raw = await webcrypto.subtle.importKey('raw', keys.chunkKey, 'AES-GCM', false, ['encrypt'])
  const algorithm = { name: 'AES-GCM', iv: bytes(12) }
  const rates = {
    raw: await measure(() => webcrypto.subtle.encrypt(algorithm, raw, plain)),
    seal: await measure(async (index) => engine.sha256(await sealChunk(keys, place(index), plain))),
    open: await measure(async () => {
      await engine.sha256(sealed)
      await openChunk(keys, place(0), sealed)
    }),
  }
  const seal = `seal ${megabytesPerSecond(rates.seal, 1)} ${ratioText(rates.seal / rates.raw)}`
  const open = `open ${megabytesPerSecond(rates.open, 1)} ${ratioText(rates.open / rates.raw)}`
  return `raw ${megabytesPerSecond(rates.raw, 1)}, ${seal}, ${open}`
}

/** @returns Bytes a second. */
async function measure(work: (index: number) => Promise<unknown>): Promise<number> {
  const seconds = await secondsOf(async () => {
    let next = 0
    const worker = async (): Promise<void> => {
      for (let index = next++; index < CHUNKS; index = next++) await work(index)
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  })
  return (CHUNKS * CHUNK_PLAIN_BYTES) / seconds
}

function bytes(count: number): Bytes {
  return new Uint8Array(randomBytes(count))
}
