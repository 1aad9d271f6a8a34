import type { Bytes } from '../../protocol/bytes.ts'
import { signCheckpoint } from '../../protocol/checkpoint.ts'
import {
  CHUNKS_MAX,
  EXTENT_CHUNKS,
  HAVE_CHUNKS_MAX,
  INDEX_SEALED_BYTES_MAX,
} from '../../protocol/limits.ts'
import { CHUNK_WAIT_MS } from '../../protocol/swarm/asked-chunks.ts'
import type { Frame } from '../../protocol/wire/frame.ts'
import { viewOf, type TestShare } from '../client/receive/test-share.ts'
import { checkpointOf, fixedBytes } from '../protocol/owner.ts'
import type { Conduct } from './hostile-peer.ts'

/** D01. */
export const corrupt: Conduct = {
  name: 'corrupt',
  serve: (line, chunk) => {
    line.give(chunk, (sealed) => {
      sealed[1000] = (sealed[1000] ?? 0) ^ 1
      return sealed
    })
  },
}

/** D01: it is believed by then. */
export const teasing: Conduct = {
  name: 'teasing',
  serve: (line, chunk) => {
    if (line.givenCount < 3) line.give(chunk)
    else corrupt.serve?.(line, chunk)
  },
}

/** D02: it has nothing of what it says. */
export const silent: Conduct = { name: 'silent', serve: () => undefined }

/** D02. */
export const lying: Conduct = {
  name: 'lying',
  serve: (line, chunk) => {
    line.say({ type: 'reject', what: 'chunks', reason: 'missing', indexes: [chunk] })
  },
}

/** What nobody waits for: a session gives up long before. */
const DRIP_MS = 3 * CHUNK_WAIT_MS

/** D03: a chunk at a time, each so late that it may bring nothing before all is there. */
export const dripping: Conduct = {
  name: 'dripping',
  serve: (line, chunk) => void setTimeout(() => line.isOpen && line.give(chunk), DRIP_MS).unref(),
}

/** D03: quick at first, and then it keeps what it is asked for. */
export const hostageTaking: Conduct = {
  name: 'hostage-taking',
  serve: (line, chunk) => {
    if (line.givenCount < 4) line.give(chunk)
  },
}

/** D04: every chunk, over and over. */
export const flooding: Conduct = {
  name: 'flooding',
  isCaller: true,
  hasNothing: true,
  greet: (line) => {
    const all = [...line.share.chunks.keys()]
    for (let i = 0; i < 10_000; i += 1) line.say({ type: 'request', chunks: all })
  },
}

/** D04: the same one, whenever it may ask and whenever it came. */
export const insisting: Conduct = {
  name: 'insisting',
  isCaller: true,
  hasNothing: true,
  hear: (line, frame) => {
    const isReason = frame.type === 'chunk' || (frame.type === 'slot' && frame.isOpen)
    if (isReason) line.say({ type: 'request', chunks: [7] })
  },
}

/** D05. */
export const unasked: Conduct = { name: 'unasked', greet: (line) => line.give(3) }

/** D05: of a share of a million chunks, again and again. */
export const endless: Conduct = {
  name: 'endless',
  greet: (line) => {
    const bitmap = new Uint8Array(HAVE_CHUNKS_MAX / 8).fill(0xff)
    const have: Frame = { type: 'have', first: 0, count: HAVE_CHUNKS_MAX, bitmap }
    for (let i = 0; i < 64; i += 1) line.say(have)
  },
}

/** D05: the longest hash list and index that there can be, of a share that grew to that at once. */
export const inflated: Conduct = { name: 'inflated', show: largestUnsigned }

/** D05: the same once it is a source. */
export const inflating: Conduct = {
  name: 'inflating',
  // A whole extent: its shelf answers with those of all chunks.
  show: (share) => viewOf(share, EXTENT_CHUNKS).checkpoint,
  hear: (line, frame) => {
    if (frame.type === 'ask' && frame.what === 'index')
      line.say({ type: 'checkpoint', bytes: largestUnsigned(line.share) })
  },
}

function largestUnsigned({ owner, hashes }: TestShare): Bytes {
  const size = { chunkCount: CHUNKS_MAX, indexBytes: INDEX_SEALED_BYTES_MAX }
  return signCheckpoint(checkpointOf(owner, hashes, { seq: 999, ...size }), fixedBytes('nobody'))
}

/** D06. */
export function malformed(name: string, bytes: readonly number[]): Conduct {
  return { name, greet: (line) => line.sayBytes(Uint8Array.from(bytes)) }
}

/** D06: an honest frame, as far as its form goes. */
export const prying: Conduct = {
  name: 'prying',
  isCaller: true,
  hasNothing: true,
  greet: (line) =>
    line.say({ type: 'ask', what: 'index', first: INDEX_SEALED_BYTES_MAX - 1, count: 1 }),
}
