import { encodeCheckpointMessage, type Offer } from '../../../protocol/accept.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import type { Checkpoint } from '../../../protocol/checkpoint.ts'
import type { FaultCode } from '../../../protocol/errors.ts'
import { HASH_BYTES } from '../../../protocol/hash-list.ts'
import {
  createOwner,
  deletionOf,
  fixedBytes,
  fixedHashes,
  NOW_MS,
  offerOf,
} from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

/** A message as it travels, and what a receiver that has seen the ones before must say to it. */
type Step = Readonly<{ message: Bytes; outcome: 'accepted' | FaultCode }>

const DAY_MS = 86_400_000
const owner = await createOwner('vectors')
const thief = { ...owner, ownerSeed: fixedBytes('thief') }
const other = await createOwner('another')
const sealing = { state: 'sealed', lastChunkBytes: 4096 } as const

export function buildAcceptance(): VectorFile {
  return {
    genesis: owner.genesisBytes,
    nowMs: NOW_MS,
    sequences: [...growth(), ...ends(), ...lies()],
  }
}

/** `count` hashes from chunk `first` on, under checkpoint `seq`. */
function open(seq: number, count: number, changes: Partial<Checkpoint> = {}, first = 0): Bytes {
  return messageOf(
    offerOf(owner, fixedHashes(count), { seq, ...changes }),
    fixedHashes(count),
    first,
  )
}

function sealed(seq: number, count: number, changes: Partial<Checkpoint> = {}): Bytes {
  return open(seq, count, { ...sealing, ...changes })
}

function deleted(seq: number, signer = owner): Bytes {
  return messageOf(deletionOf(signer, seq), fixedHashes(0))
}

function messageOf({ checkpoint }: Offer, hashes: Bytes, first = 0): Bytes {
  return encodeCheckpointMessage({ checkpoint, first, hashes: hashes.slice(first * HASH_BYTES) })
}

function step(message: Bytes, outcome: Step['outcome'] = 'accepted'): Step {
  return { message, outcome }
}

function sequence(name: string, ...steps: Step[]): object {
  return { name, steps }
}

function growth(): object[] {
  return [
    sequence(
      'grows, seals with a partial last extent, is extended',
      step(open(1, 0)),
      step(open(2, 5)),
      step(open(3, 20)),
      step(open(4, 20, { expiresAtMs: NOW_MS + 5 })),
      step(open(7, 33, {}, 16)),
      step(open(8, 34, sealing, 32)),
      step(open(9, 34, { ...sealing, expiresAtMs: NOW_MS + 9 }, 32)),
    ),
    sequence('the same bytes again', step(open(1, 2)), step(open(1, 2)), step(open(1, 2))),
    sequence(
      'a gap, then the hashes that were missing',
      step(open(1, 5)),
      step(open(2, 20, {}, 16), 'HASHES_MISSING'),
      step(open(2, 20)),
    ),
    sequence(
      'older, and as old with other bytes',
      step(open(5, 5)),
      step(open(4, 5), 'CHECKPOINT_STALE'),
      step(open(4, 3), 'CHECKPOINT_STALE'),
      step(open(5, 5, { expiresAtMs: 1 }), 'CHECKPOINT_STALE'),
      step(open(5, 6), 'CHECKPOINT_STALE'),
    ),
    sequence(
      'two days ahead at most',
      step(open(1, 1, { issuedAtMs: NOW_MS + 2 * DAY_MS + 1 }), 'CHECKPOINT_INVALID'),
      step(open(1, 1, { issuedAtMs: NOW_MS + 2 * DAY_MS })),
    ),
  ]
}

function ends(): object[] {
  return [
    sequence(
      'deleted, whatever its seq, and nothing follows',
      step(sealed(9, 3)),
      step(deleted(2)),
      step(deleted(2)),
      step(deleted(99)),
      step(open(100, 3), 'SHARE_DELETED'),
      step(sealed(10, 3), 'SHARE_DELETED'),
    ),
    sequence(
      'sealed is sealed',
      step(sealed(5, 3)),
      step(open(6, 3), 'CHECKPOINT_CONFLICT'),
      step(open(6, 4), 'CHECKPOINT_CONFLICT'),
      step(open(6, 2), 'CHECKPOINT_CONFLICT'),
      step(sealed(6, 4), 'CHECKPOINT_CONFLICT'),
      step(sealed(4, 3, { lastChunkBytes: 9 }), 'CHECKPOINT_CONFLICT'),
      step(open(4, 2), 'CHECKPOINT_STALE'),
      step(sealed(6, 3)),
    ),
    sequence(
      'the final chunk was not published before',
      step(open(1, 3)),
      step(sealed(2, 3), 'CHECKPOINT_CONFLICT'),
      step(sealed(2, 4)),
    ),
  ]
}

function lies(): object[] {
  const forked = fixedHashes(4)
  forked[0] = (forked[0] ?? 0) ^ 1
  const fork = (seq: number): Bytes => messageOf(offerOf(owner, forked, { seq }), forked)
  const mixed = messageOf(offerOf(owner, fixedHashes(4), { seq: 3 }), forked)
  return [
    sequence(
      'not from the owner, or of another share',
      step(messageOf(offerOf(thief, fixedHashes(1)), fixedHashes(1)), 'CHECKPOINT_INVALID'),
      step(deleted(1, thief), 'CHECKPOINT_INVALID'),
      step(messageOf(offerOf(other, fixedHashes(1)), fixedHashes(1)), 'CHECKPOINT_INVALID'),
      step(deleted(1, { ...owner, shareId: other.shareId }), 'CHECKPOINT_INVALID'),
    ),
    sequence(
      'two hashes for one chunk, newer and older, and a hash list that is not the signed one',
      step(open(2, 3)),
      step(fork(3), 'CHECKPOINT_CONFLICT'),
      step(fork(1), 'CHECKPOINT_CONFLICT'),
      step(mixed, 'CHECKPOINT_INVALID'),
    ),
    sequence(
      'a second index, and fewer chunks than before',
      step(open(1, 3)),
      step(open(2, 4, { indexHash: fixedBytes('second') }), 'CHECKPOINT_CONFLICT'),
      step(open(2, 4, { indexBytes: 4380 }), 'CHECKPOINT_CONFLICT'),
      step(open(2, 2), 'CHECKPOINT_CONFLICT'),
      step(open(2, 0), 'CHECKPOINT_CONFLICT'),
    ),
    sequence(
      'more and fewer hashes than chunks',
      step(messageOf(offerOf(owner, fixedHashes(3)), fixedHashes(4)), 'CHECKPOINT_INVALID'),
      step(messageOf(offerOf(owner, fixedHashes(3)), fixedHashes(2)), 'CHECKPOINT_INVALID'),
      step(messageOf(offerOf(owner, fixedHashes(3)), fixedHashes(0)), 'CHECKPOINT_INVALID'),
    ),
  ]
}
