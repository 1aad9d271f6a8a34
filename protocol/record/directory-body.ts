import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import type { Bytes } from '../bytes.ts'
import { assert } from '../errors.ts'
import { DIRECTORY_SEEDS_MAX } from '../limits.ts'
import type { RecordCodec } from './codec.ts'
import { readRecord } from './header.ts'
import { listedStates, readSeedState, type ListedState } from './seed-state.ts'
import { readSeedUrls, writeSeedUrls } from './seed-url.ts'

/** One seed as the directory lists it. */
export type DirectoryEntry = Readonly<{
  /** A whole certificate record. */
  certificate: Bytes
  urls: readonly string[]
  /** At least 1: a seed of weight 2 gets twice the shares of a seed of weight 1. */
  weight: number
  state: ListedState
}>

/** The list of seeds. Signed by the network key; a higher version replaces a lower one. */
export type DirectoryBody = Readonly<{
  version: number
  issuedAtMs: number
  seeds: readonly DirectoryEntry[]
}>

/** `u64 version ‖ u64 issued at ‖ u16 count ‖ entries`; an entry is `certificate ‖ URLs ‖ u32 weight ‖ u8 state`. */
export const directoryBody: RecordCodec<DirectoryBody> = {
  id: 2,

  encode({ version, issuedAtMs, seeds }, writer) {
    assert(seeds.length <= DIRECTORY_SEEDS_MAX, 'a directory within the limit')
    writer.u64(version).u64(issuedAtMs).u16(seeds.length)
    for (const seed of seeds) writeEntry(writer, seed)
  },

  decode(reader) {
    const version = reader.u64()
    const issuedAtMs = reader.u64()
    const count = reader.u16()
    // Checked before the loop: the sender of a record must not choose how much we allocate.
    if (count > DIRECTORY_SEEDS_MAX) throw reader.fail('the directory has too many seeds')
    return { version, issuedAtMs, seeds: Array.from({ length: count }, () => readEntry(reader)) }
  },
}

function writeEntry(
  writer: ByteWriter,
  { certificate, urls, weight, state }: DirectoryEntry,
): void {
  assert(weight >= 1, 'a weight of at least 1')
  writer.bytes(certificate)
  writeSeedUrls(writer, urls)
  writer.u32(weight).u8(listedStates.indexOf(state))
}

function readEntry(reader: ByteReader): DirectoryEntry {
  const certificate = readRecord(reader)
  const urls = readSeedUrls(reader)
  const weight = reader.u32()
  if (weight === 0) throw reader.fail('a seed without weight')
  return { certificate, urls, weight, state: readSeedState(reader, listedStates) }
}
