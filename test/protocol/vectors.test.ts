import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { concat } from '../../protocol/bytes.ts'
import { openCheckpoint, signCheckpoint } from '../../protocol/checkpoint.ts'
import type { FaultCode } from '../../protocol/errors.ts'
import { decodeGenesis, encodeGenesis, shareIdOf } from '../../protocol/genesis.ts'
import { rootOf } from '../../protocol/hash-list.ts'
import { chunkCountOf, lastChunkBytes, paddedBytes, padme } from '../../protocol/padme.ts'
import { decodeToken, encodeToken, parseTokenUrl } from '../../protocol/token.ts'
import { extentsOf, faultOf } from './owner.ts'
import { asJson, hex, readVectors } from './vector-reader.ts'

type Named = Readonly<{ name: string }>
type Refused = Named & Readonly<{ bytes: string; code: FaultCode }>

describe('the vectors', () => {
  it('are what the code makes, and small enough to read', async () => {
    const generate = promisify(execFile)(process.execPath, ['test/vectors/generate.ts', '--check'])
    await expect(generate).resolves.toMatchObject({ stderr: '' })
    for (const name of readdirSync('test/vectors').filter((file) => file.endsWith('.json'))) {
      expect(statSync(`test/vectors/${name}`).size).toBeLessThan(100_000)
    }
  })
})

describe('tokens.json', () => {
  type Valid = Readonly<{ kind: string; bytes: string; text: string }>
  type Invalid = Named & Readonly<{ text: string; code: FaultCode }>
  const { valid, invalid } = readVectors('tokens.json') as { valid: Valid[]; invalid: Invalid[] }

  it.each(valid)('parses a $kind token', ({ bytes, text, ...fields }) => {
    const { token } = parseTokenUrl(text)
    expect(asJson(token)).toEqual(fields)
    expect(decodeToken(hex(bytes))).toEqual(token)
    expect(encodeToken(token)).toEqual(hex(bytes))
  })

  it.each(invalid)('refuses $name', async ({ text, code }) => {
    expect(await faultOf(() => parseTokenUrl(text))).toBe(code)
  })
})

describe('genesis.json', () => {
  type Valid = Named & Readonly<{ genesis: object; bytes: string; shareId: string }>
  const { valid, invalid } = readVectors('genesis.json') as { valid: Valid[]; invalid: Refused[] }

  it.each(valid)('decodes: $name', ({ genesis, bytes, shareId }) => {
    const decoded = decodeGenesis(hex(bytes))
    expect(asJson(decoded)).toEqual(genesis)
    expect(encodeGenesis(decoded)).toEqual(hex(bytes))
    expect(shareIdOf(hex(bytes))).toBe(shareId)
  })

  it.each(invalid)('refuses: $name', async ({ bytes, code }) => {
    expect(await faultOf(() => decodeGenesis(hex(bytes)))).toBe(code)
  })
})

describe('padme.json', () => {
  type Stream = Record<'total' | 'streamBytes' | 'chunkCount' | 'lastChunkBytes', number>
  type File = { padme: { length: number; padded: number }[]; stream: Stream[] }
  const file = readVectors('padme.json') as File

  it.each(file.padme)('rounds $length up to $padded', ({ length, padded }) => {
    expect(padme(length)).toBe(padded)
  })

  it.each(file.stream)('lays out a stream of $total bytes', ({ total, ...expected }) => {
    const streamBytes = paddedBytes(total)
    const [chunkCount, last] = [chunkCountOf(streamBytes), lastChunkBytes(streamBytes)]
    expect({ streamBytes, chunkCount, lastChunkBytes: last }).toEqual(expected)
  })
})

describe('hash-list.json', () => {
  type List = { n: number; chunkHashes: string[]; extentHashes: string[]; root: string }
  const { valid } = readVectors('hash-list.json') as { valid: List[] }

  it.each(valid)('hashes $n chunks', ({ n, chunkHashes, extentHashes, root }) => {
    const extents = extentsOf(concat(...chunkHashes.map(hex))).map(({ hash }) => hash)
    expect(extents).toEqual(extentHashes.map(hex))
    expect(rootOf(n, extents)).toEqual(hex(root))
  })
})

describe('checkpoint.json', () => {
  type Valid = Named & Readonly<{ checkpoint: object; bytes: string }>
  type File = { ownerSeed: string; ownerPublicKey: string; valid: Valid[]; invalid: Refused[] }
  const { ownerSeed, ownerPublicKey, valid, invalid } = readVectors('checkpoint.json') as File

  it.each(valid)('opens: $name', ({ checkpoint, bytes }) => {
    const opened = openCheckpoint(hex(bytes), hex(ownerPublicKey))
    expect(asJson(opened)).toEqual(checkpoint)
    expect(signCheckpoint(opened, hex(ownerSeed))).toEqual(hex(bytes))
  })

  it.each(invalid)('refuses: $name', async ({ bytes, code }) => {
    expect(await faultOf(() => openCheckpoint(hex(bytes), hex(ownerPublicKey)))).toBe(code)
  })
})
