import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { deletedCheckpoint, signCheckpoint, type Checkpoint } from '../../../protocol/checkpoint.ts'
import { raiseS } from '../../protocol/crypto/odd-signatures.ts'
import {
  checkpointOf,
  createOwner,
  fixedBytes,
  fixedHashes,
  flipped,
  NOW_MS,
  patched,
  resign,
} from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const owner = await createOwner('vectors')
const ownerPublicKey = owner.genesis.ownerPublicKey
const { ownerSeed } = owner
const open = checkpointOf(owner, fixedHashes(17))
const empty = checkpointOf(owner, fixedHashes(0))
const sealed: Checkpoint = { ...open, seq: 2, state: 'sealed', lastChunkBytes: 4096 }
const deleted = deletedCheckpoint(owner.shareId, 3, NOW_MS)

export function buildCheckpoint(): VectorFile {
  const largest = { ...sealed, seq: Number.MAX_SAFE_INTEGER, expiresAtMs: Number.MAX_SAFE_INTEGER }
  return {
    ownerSeed,
    ownerPublicKey,
    valid: [
      describeCheckpoint('open and empty', empty),
      describeCheckpoint('open', open),
      describeCheckpoint('sealed', sealed),
      describeCheckpoint('sealed, largest numbers', { ...largest, chunkCount: 2 ** 23 }),
      describeCheckpoint('deleted', deleted),
    ],
    invalid: [...spoilBytes(), ...spoilFields()],
  }
}

function describeCheckpoint(name: string, checkpoint: Checkpoint): object {
  return { name, checkpoint, bytes: signCheckpoint(checkpoint, ownerSeed) }
}

function refuse(name: string, bytes: Bytes): object {
  return { name, bytes, code: 'CHECKPOINT_INVALID' }
}

function spoilBytes(): object[] {
  const bytes = signCheckpoint(sealed, ownerSeed)
  return [
    refuse('empty', new Uint8Array()),
    refuse('one byte short', bytes.slice(0, -1)),
    refuse('one byte long', concat(bytes, Uint8Array.of(0))),
    refuse('bit of the body', flipped(bytes, 200)),
    refuse('bit of R', flipped(bytes, 132 * 8 + 5)),
    refuse('bit of S', flipped(bytes, 164 * 8 + 5)),
    refuse('signed by another key', resign(bytes, fixedBytes('another'))),
    refuse('S plus the group order', concat(bytes.slice(0, 132), raiseS(bytes.slice(132)))),
  ]
}

function at(name: string, checkpoint: Checkpoint, offset: number, patch: number[]): object {
  const bytes = patched(signCheckpoint(checkpoint, ownerSeed), offset, patch)
  return refuse(name, resign(bytes, ownerSeed))
}

/** All signed by the owner: it is the fields that are wrong. */
function spoilFields(): object[] {
  return [
    at('magic', open, 3, [0x32]),
    at('seq above 2^53 - 1', open, 24, [0, 0x20]),
    at('unknown state', open, 32, [3]),
    at('reserved bytes after the state', open, 33, [1]),
    at('reserved bytes before indexLen', open, 60, [1]),
    at('more than 2^23 chunks', open, 36, [0, 0x80, 0, 1]),
    at('open with a short last chunk', open, 43, [0xd3]),
    at('open with chunks and no index', open, 64, [0, 0, 0, 0]),
    at('open with chunks and no hash of the index', open, 68, [...new Uint8Array(32)]),
    at('open with an index over 32 MiB', open, 64, [2, 0, 0, 1]),
    at('empty with a last chunk', empty, 43, [1]),
    at('empty with an index', empty, 67, [1]),
    at('sealed without chunks', sealed, 36, [0, 0, 0, 0]),
    at('sealed with an empty last chunk', sealed, 40, [0, 0, 0, 0]),
    at('sealed with a last chunk of 262,101 bytes', sealed, 40, [0, 3, 0xff, 0xd5]),
    at('deleted with a count', deleted, 39, [1]),
    at('deleted with an expiry', deleted, 51, [1]),
    at('deleted with a root', deleted, 131, [1]),
  ]
}
