import type { Bytes } from '../bytes.ts'
import { TransferError } from '../errors.ts'
import type { Jurisdiction } from '../jurisdiction.ts'
import { DIRECTORY_LIFE_MS } from '../limits.ts'
import { seedIdOf, type SeedId } from '../seed-id.ts'
import type { DirectoryEntry } from './directory-body.ts'
import { openRecordBy } from './record.ts'
import type { ListedState } from './seed-state.ts'

/** A seed of the network, as its certificate and the directory describe it. */
export type Seed = Readonly<{
  id: SeedId
  /** Ed25519 public key, 32 bytes. */
  key: Bytes
  operator: string
  jurisdiction: Jurisdiction
  place: Bytes
  urls: readonly string[]
  weight: number
  state: ListedState
}>

/** The list of seeds, verified. */
export type Directory = Readonly<{
  version: number
  issuedAtMs: number
  /** From here on it serves reading only: not for "stored", and not for letting go. */
  endsAtMs: number
  seeds: readonly Seed[]
}>

/**
 * Opens a directory record: the network signed it and every certificate in it, no certificate had run out
 * when it was issued, and no seed is listed twice. One past its end opens as well, for reading.
 *
 * @throws {TransferError} RECORD_INVALID
 */
export function readDirectory(bytes: Uint8Array, networkKey: Bytes): Directory {
  const { version, issuedAtMs, seeds: entries } = openRecordBy('directory', bytes, networkKey)
  const seeds = entries.map((entry) => readSeed(entry, networkKey, issuedAtMs))
  if (new Set(seeds.map(({ id }) => id)).size !== seeds.length) {
    throw new TransferError('RECORD_INVALID', 'the directory lists a seed twice')
  }
  return { version, issuedAtMs, endsAtMs: issuedAtMs + DIRECTORY_LIFE_MS, seeds }
}

function readSeed(entry: DirectoryEntry, networkKey: Bytes, issuedAtMs: number): Seed {
  const { certificate, urls, weight, state } = entry
  const { seedKey, notAfterMs, ...claims } = openRecordBy('certificate', certificate, networkKey)
  if (notAfterMs < issuedAtMs) {
    throw new TransferError('RECORD_INVALID', 'the directory lists a seed past its certificate')
  }
  return { id: seedIdOf(seedKey), key: seedKey, ...claims, urls, weight, state }
}
