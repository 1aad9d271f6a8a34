import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import type { Checkpoint } from '../../protocol/checkpoint.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import { isProof } from '../../protocol/custody/proof.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { AskedSeed } from './asked-seed.ts'
import { failedHere } from './failed-answer.ts'

export type AuditJob = Extract<CustodyJob, { type: 'audit' }>

/** Asks for a receipt over a fresh challenge, and for chunks, which are hashed here. */
export async function audit(asked: AskedSeed, job: AuditJob): Promise<JobAnswer> {
  const { share, shares, seed, client } = asked
  const { checkpoint } = share
  if (checkpoint === undefined) return { type: 'failed' }
  client.authorize(share.origin.readToken)
  const receipt = await askForProof(asked, checkpoint, job.challenge)
  try {
    if (receipt !== undefined) await shares.putReceipt(share.id, seed.id, receipt)
  } catch (cause) {
    return failedHere(cause)
  }
  let goodCount = 0
  for (const index of job.chunks) goodCount += (await isGoodThere(asked, index)) ? 1 : 0
  // A checkpoint that changed meanwhile is another thing to prove.
  const isProven = receipt !== undefined && share.checkpoint === checkpoint
  return {
    type: 'audited',
    seq: isProven ? checkpoint.seq : undefined,
    goodCount,
    badCount: job.chunks.length - goodCount,
  }
}

async function askForProof(
  { shares, share, seed, client, signal }: AskedSeed,
  checkpoint: Checkpoint,
  challenge: Bytes,
): Promise<Bytes | undefined> {
  const receipts = await client.getReceipts(challenge, signal)
  const keepUntilMs = shares.servedUntilMs(share)
  const expected = { seedKey: seed.key, checkpoint, challenge, keepUntilMs }
  return receipts.find((receipt) => isProof(receipt, expected))
}

/** Whether it has the chunk: bytes of another hash and a hole are both a no, and silence is neither. */
async function isGoodThere(
  { shares, share, client, signal }: AskedSeed,
  index: number,
): Promise<boolean> {
  const at = (index % EXTENT_CHUNKS) * HASH_BYTES
  const hashes = await shares.getChunkHashes(share, extentOf(index))
  try {
    for await (const { sealed } of client.getChunks({ first: index, count: 1 }, signal)) {
      return isEqual(await engine.sha256(sealed), hashes.subarray(at, at + HASH_BYTES))
    }
    return false
  } catch (cause) {
    if (cause instanceof TransferError && isHole(cause)) return false
    throw cause
  }
}

function isHole({ code }: TransferError): boolean {
  return code === 'CHUNK_MISSING' || code === 'REQUEST_INVALID' || code === 'ANSWER_INVALID'
}
