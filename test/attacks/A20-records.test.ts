import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../protocol/byte-writer.ts'
import { concat, encodeUtf8, type Bytes } from '../../protocol/bytes.ts'
import { openRecord, signRecord } from '../../protocol/record/record.ts'
import { records } from '../../protocol/record/table.ts'
import { bytesOf, repeat, sampleBodies, seedKey, seedSecret } from '../protocol/record/samples.ts'

const LABEL = encodeUtf8('skerry/1 record\0')
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const invalid: unknown = expect.objectContaining({ code: 'RECORD_INVALID' })

/** A deletion that names any signer and carries any signature. */
function assemble(signer: Bytes, signature: Bytes): Bytes {
  return concat(unsignedBy(signer), signature)
}

function unsignedBy(signer: Bytes): Bytes {
  const body = new ByteWriter()
  records.deletion.encode(sampleBodies.deletion, body)
  const bytes = body.finish()
  const head = new ByteWriter().bytes(encodeUtf8('SKR1')).u8(records.deletion.id).u32(bytes.length)
  return head.bytes(bytes).bytes(signer).finish()
}

/** What a looser verifier says, of those that other software carries: ZIP 215. */
function isLooselySigned(signer: Bytes, signature: Bytes): boolean {
  const message = concat(LABEL, unsignedBy(signer))
  return ed25519.verify(signature, message, signer, { zip215: true })
}

function littleEndian(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n))
}

/** The eight points of small order, and two spellings of them that are not canonical. */
const smallOrderKeys = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

describe('A20: two verifiers never disagree about a record', () => {
  it.each(smallOrderKeys)('A20: refuses the small-order signer %s, which signs anything', (key) => {
    const identity = bytesOf('01'.padEnd(64, '0'))
    const signature = concat(identity, repeat(0, 32))
    expect(isLooselySigned(bytesOf(key), signature)).toBe(true)
    expect(() => openRecord('deletion', assemble(bytesOf(key), signature))).toThrow(invalid)
  })

  it('A20: refuses a second spelling of a good signature', () => {
    const record = signRecord('deletion', sampleBodies.deletion, seedSecret)
    const [r, s] = [record.slice(-64, -32), record.slice(-32)]
    const scalar = s.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)
    const respelt = concat(r, littleEndian(scalar + ORDER))
    expect(assemble(seedKey, concat(r, s))).toEqual(record)
    expect(openRecord('deletion', record).signer).toEqual(seedKey)
    expect(() => openRecord('deletion', assemble(seedKey, respelt))).toThrow(invalid)
  })

  it('A20: refuses a commitment that is not canonical', () => {
    // R = the point of order one, spelt as y = p + 1, with an honest scalar for it: s = k·a.
    const noncanonical = littleEndian(2n ** 255n - 18n)
    const { scalar } = ed25519.utils.getExtendedPublicKey(seedSecret)
    const signature = signWithCommitment(noncanonical, scalar)
    expect(isLooselySigned(seedKey, signature)).toBe(true)
    expect(() => openRecord('deletion', assemble(seedKey, signature))).toThrow(invalid)
  })

  it('A20: refuses a certificate for a seed whose key is of small order', () => {
    const body = concat(
      repeat(0, 32),
      Uint8Array.of(1),
      encodeUtf8('ANZ'),
      repeat(3, 16),
      repeat(0, 8),
    )
    const unsigned = new ByteWriter()
      .bytes(encodeUtf8('SKR1'))
      .u8(records.certificate.id)
      .u32(body.length)
      .bytes(body)
      .bytes(seedKey)
      .finish()
    const signature = ed25519.sign(concat(LABEL, unsigned), seedSecret)
    expect(() => openRecord('certificate', concat(unsigned, signature))).toThrow(invalid)
  })
})

/** s = r + k·a for a commitment of order one, so r is zero. */
function signWithCommitment(commitment: Bytes, secretScalar: bigint): Bytes {
  const message = concat(LABEL, unsignedBy(seedKey))
  const k = ed25519.Point.Fn.create(
    sha512(concat(commitment, seedKey, message)).reduceRight(
      (sum, byte) => sum * 256n + BigInt(byte),
      0n,
    ) % ORDER,
  )
  return concat(commitment, littleEndian((k * secretScalar) % ORDER))
}
