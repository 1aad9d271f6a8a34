import type { Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import { decodeGenesis, type Genesis } from '../../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../../protocol/key-schedule.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { ShareId } from '../../../protocol/share-id.ts'
import { SeedClient } from '../net/seed-client.ts'
import { likelySeeds, type ShareAccess } from './ask-seeds.ts'

/** A share as whoever has its link can ask about it. */
export type FoundShare = ShareAccess & Readonly<{ genesis: Genesis; genesisBytes: Bytes }>

/**
 * Finds the genesis of a share at any seed, and derives what opens it there.
 *
 * @param secret - S, of the link, 16 bytes.
 * @throws {TransferError} SHARE_MISSING if every seed that answers knows nothing of it, SEED_UNREACHABLE if none
 *   answers.
 */
export async function findShare(
  { shareId, secret }: Readonly<{ shareId: ShareId; secret: Bytes }>,
  seeds: readonly Seed[],
  signal: AbortSignal,
): Promise<FoundShare> {
  const clients = likelySeeds(shareId, seeds).map(({ urls }) => {
    return new SeedClient({ urls, shareId })
  })
  const genesisBytes = await firstOf(clients.map((client) => client.getGenesis(signal)))
  const genesis = decodeGenesis(genesisBytes)
  const readToken = deriveReadToken(deriveHelpKey(secret), genesis.salt)
  return { shareId, genesis, genesisBytes, readToken, ownerPublicKey: genesis.ownerPublicKey }
}

async function firstOf(answers: readonly Promise<Bytes>[]): Promise<Bytes> {
  try {
    return await Promise.any(answers)
  } catch (cause) {
    const all: readonly unknown[] = cause instanceof AggregateError ? cause.errors : []
    const faults = all.filter((fault) => fault instanceof TransferError)
    if (!(cause instanceof AggregateError) || faults.length < all.length) throw cause
    throw worstOf(faults)
  }
}

/** A seed that knows something says more than one that knows nothing or does not answer. */
function worstOf(faults: readonly TransferError[]): TransferError {
  const silent = faults.filter(({ code }) => code === 'SEED_UNREACHABLE')
  const telling = faults.find(({ code }) => code !== 'SEED_UNREACHABLE' && code !== 'SHARE_MISSING')
  if (telling !== undefined) return telling
  if (silent.length === faults.length) {
    return new TransferError('SEED_UNREACHABLE', 'No seed of this network can be reached.')
  }
  const rest = silent.length === 0 ? '' : ` ${silent.length} of ${faults.length} do not answer.`
  const message = `No seed of this network that answers knows the share.${rest}`
  return new TransferError('SHARE_MISSING', message)
}
