import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../protocol/byte-writer.ts'
import { publicKeyOf } from '../../../protocol/crypto/ed25519.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import { DIRECTORY_LIFE_MS, DIRECTORY_SEEDS_MAX, URL_BYTES_MAX } from '../../../protocol/limits.ts'
import type { DirectoryBody } from '../../../protocol/record/directory-body.ts'
import { readDirectory } from '../../../protocol/record/directory.ts'
import { openRecord, signRecord } from '../../../protocol/record/record.ts'
import type { RecordBody } from '../../../protocol/record/table.ts'
import { seedIdOf } from '../../../protocol/seed-id.ts'
import { forgeRecord } from './forge.ts'
import {
  certificateBody,
  networkKey,
  networkSecret,
  sampleBodies,
  seedKey,
  seedSecret,
} from './samples.ts'

const { directory } = sampleBodies
const entry = directory.seeds[0] ?? expect.unreachable('the sample lists a seed')

function signDirectory(changes: Partial<DirectoryBody>, secret = networkSecret): Bytes {
  return signRecord('directory', { ...directory, ...changes }, secret)
}

function signEntry(
  changes: Partial<RecordBody<'certificate'>>,
  secret = networkSecret,
): typeof entry {
  const certificate = signRecord('certificate', { ...certificateBody, ...changes }, secret)
  return { ...entry, certificate }
}

/** An entry without URLs, as the bytes lie in the record. */
function entryBytes(weight: number): Bytes {
  return new ByteWriter().bytes(entry.certificate).u8(0).u32(weight).u8(0).finish()
}

function forgeDirectory(entries: readonly Bytes[]): Bytes {
  const head = new ByteWriter().u64(7).u64(directory.issuedAtMs).u16(entries.length).finish()
  return forgeRecord({ id: 2, body: concat(head, ...entries), secretKey: networkSecret })
}

const invalid: unknown = expect.objectContaining({ code: 'RECORD_INVALID' })

describe('a directory', () => {
  it('lists the seeds as their certificates describe them', () => {
    expect(readDirectory(signDirectory({}), networkKey)).toEqual({
      version: 7,
      issuedAtMs: directory.issuedAtMs,
      endsAtMs: directory.issuedAtMs + DIRECTORY_LIFE_MS,
      seeds: [
        {
          id: seedIdOf(seedKey),
          key: seedKey,
          operator: certificateBody.operator,
          jurisdiction: 'NZ',
          place: certificateBody.place,
          urls: entry.urls,
          weight: 4,
          state: 'gone',
        },
      ],
    })
  })

  it('may be empty', () => {
    expect(readDirectory(signDirectory({ seeds: [] }), networkKey).seeds).toEqual([])
  })

  it('E13: is refused if another key signed it', () => {
    expect(() => readDirectory(signDirectory({}, seedSecret), networkKey)).toThrow(invalid)
  })

  it('E13: is refused with a certificate that the network did not sign', () => {
    const seeds = [signEntry({}, seedSecret)]
    expect(() => readDirectory(signDirectory({ seeds }), networkKey)).toThrow(invalid)
  })

  it('is refused with a certificate that had run out when it was issued, and not a moment before', () => {
    const { issuedAtMs } = directory
    const late = signDirectory({ seeds: [signEntry({ notAfterMs: issuedAtMs - 1 })] })
    expect(() => readDirectory(late, networkKey)).toThrow(invalid)
    const last = signDirectory({ seeds: [signEntry({ notAfterMs: issuedAtMs })] })
    expect(readDirectory(last, networkKey).seeds).toHaveLength(1)
  })

  it('E03: is refused with one seed under two certificates', () => {
    const seeds = [entry, signEntry({ operator: 'Somebody else' })]
    expect(() => readDirectory(signDirectory({ seeds }), networkKey)).toThrow(invalid)
  })

  it('is refused with something else than a certificate in it', () => {
    const grant = signRecord('grant', sampleBodies.grant, networkSecret)
    const seeds = [{ ...entry, certificate: grant }]
    expect(() => readDirectory(signDirectory({ seeds }), networkKey)).toThrow(invalid)
  })

  it('is refused with more seeds than the limit, though they fit into the bytes', () => {
    const count = DIRECTORY_SEEDS_MAX + 1
    const entries = Array.from({ length: count }, () => entryBytes(1))
    expect(() => openRecord('directory', forgeDirectory(entries))).toThrow(invalid)
  })

  it('is refused with a seed that has no weight', () => {
    expect(readDirectory(forgeDirectory([entryBytes(1)]), networkKey).seeds).toHaveLength(1)
    expect(() => readDirectory(forgeDirectory([entryBytes(0)]), networkKey)).toThrow(invalid)
  })

  it('has room for the most seeds with the longest names and addresses', () => {
    const url = `https://${'a'.repeat(60)}.example/`.padEnd(URL_BYTES_MAX - 1, 'p')
    const urls = ['1', '2', '3', '4'].map((digit) => url + digit)
    const operator = 'o'.repeat(64)
    const seeds = Array.from({ length: DIRECTORY_SEEDS_MAX }, (_, i) => {
      const secret = sha256(encodeUtf8(`seed ${i}`)) as Bytes
      const certificate = signRecord(
        'certificate',
        { ...certificateBody, seedKey: publicKeyOf(secret), operator },
        networkSecret,
      )
      return { ...entry, certificate, urls }
    })
    expect(readDirectory(signDirectory({ seeds }), networkKey).seeds).toHaveLength(
      DIRECTORY_SEEDS_MAX,
    )
  })
})
