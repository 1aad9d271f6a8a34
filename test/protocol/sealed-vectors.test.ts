import { describe, expect, it } from 'vitest'
import { encodeUtf8, formatHex, isEqual, type Bytes } from '../../protocol/bytes.ts'
import { openChunk, sealChunk } from '../../protocol/chunk.ts'
import { nobleEngine, webEngine } from '../../protocol/crypto/engine.ts'
import type { FaultCode } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  deriveRoomId,
  deriveSwarmKey,
  openContentKeys,
  readHashOf,
} from '../../protocol/key-schedule.ts'
import { parseShareId } from '../../protocol/share-id.ts'
import { openIndex, sealIndex, type ShareIndex } from '../../protocol/share-index.ts'
import { faultOf, patternBytes } from './owner.ts'
import { sealJson } from './sealed-json.ts'
import { asJson, hex, readVectors } from './vector-reader.ts'

const engines = { web: webEngine, noble: nobleEngine }

type Pattern = Readonly<{ step: number; length: number }>
type Place = Readonly<{
  name: string
  chunkKey: string
  shareId: string
  index: number
  isFinal: boolean
}>
type ValidChunk = Place &
  Readonly<{
    nonceKey: string
    plain: string | Pattern
    sealed?: string
    nonce?: string
    tag?: string
    hash: string
  }>
type InvalidChunk = Place & Readonly<{ sealed: string; code: FaultCode }>
const chunks = readVectors('chunk.json') as { valid: ValidChunk[]; invalid: InvalidChunk[] }

type InvalidIndex = Readonly<{ name: string; json: string; paddedTo?: number; code: FaultCode }>
type IndexFile = Readonly<{
  indexKey: string
  nonceKey: string
  shareId: string
  valid: { name: string; entries: ShareIndex; json: string; sealed: string }[]
  invalid: InvalidIndex[]
  forged: { name: string; sealed: string; code: FaultCode }[]
}>
const indexes = readVectors('index.json') as IndexFile

const plainOf = (plain: string | Pattern): Bytes =>
  typeof plain === 'string' ? hex(plain) : patternBytes(plain.step, plain.length)
const placeOf = ({ shareId, index, isFinal }: Place) => {
  return { shareId: parseShareId(shareId), index, isFinal }
}

describe.each(Object.entries(engines))('chunk.json, by the %s engine', (_name, crypto) => {
  it.each(chunks.valid)('seals and opens: $name', async (vector) => {
    const keys = { chunkKey: hex(vector.chunkKey), nonceKey: hex(vector.nonceKey) }
    const [place, plain] = [placeOf(vector), plainOf(vector.plain)]
    const sealed = await sealChunk(keys, place, plain, crypto)
    expect(formatHex(await crypto.sha256(sealed))).toBe(vector.hash)
    if (vector.sealed !== undefined) expect(sealed).toEqual(hex(vector.sealed))
    if (vector.nonce !== undefined) expect(sealed.slice(0, 12)).toEqual(hex(vector.nonce))
    if (vector.tag !== undefined) expect(sealed.slice(-16)).toEqual(hex(vector.tag))
    expect(isEqual(await openChunk(keys, place, sealed, crypto), plain)).toBe(true)
  })

  it.each(chunks.invalid)('refuses: $name', async (vector) => {
    const keys = { chunkKey: hex(vector.chunkKey) }
    const open = openChunk(keys, placeOf(vector), hex(vector.sealed), crypto)
    expect(await faultOf(() => open)).toBe(vector.code)
  })
})

describe.each(Object.entries(engines))('index.json, by the %s engine', (_name, crypto) => {
  const keys = { indexKey: hex(indexes.indexKey), nonceKey: hex(indexes.nonceKey) }
  const shareId = parseShareId(indexes.shareId)

  it.each(indexes.valid)('seals and opens: $name', async ({ entries, json, sealed }) => {
    expect(await sealIndex(keys, shareId, entries, crypto)).toEqual(hex(sealed))
    expect(await openIndex(keys, shareId, hex(sealed), crypto)).toEqual(entries)
    expect(await sealJson(keys, shareId, json)).toEqual(hex(sealed))
  })

  it.each(indexes.invalid)('refuses: $name', async ({ json, paddedTo, code }) => {
    const isPadded = paddedTo !== undefined
    const plain = isPadded ? encodeUtf8(json.padEnd(paddedTo, ' ')) : json
    const sealed = await sealJson(keys, shareId, plain, { isPadded })
    expect(await faultOf(() => openIndex(keys, shareId, sealed, crypto))).toBe(code)
  })

  it.each(indexes.forged)('refuses what nobody sealed: $name', async ({ sealed, code }) => {
    expect(await faultOf(() => openIndex(keys, shareId, hex(sealed), crypto))).toBe(code)
  })
})

describe('keys.json', () => {
  type Valid = Readonly<{
    name: string
    secret: string
    g: string
    shareId: string
    password?: string
    kdfLogN?: number
    passSalt?: string
  }>
  type Invalid = Readonly<{
    name: string
    genesis: string
    secret: string
    password?: string
    code: FaultCode
  }>
  const { valid, invalid } = readVectors('keys.json') as { valid: Valid[]; invalid: Invalid[] }

  it.each(valid)('derives: $name', async (vector) => {
    const { secret, g, shareId, password, kdfLogN, passSalt } = vector
    const helpKey = deriveHelpKey(hex(secret))
    const readToken = deriveReadToken(helpKey, hex(g))
    const id = parseShareId(shareId)
    const text =
      password === undefined
        ? undefined
        : { text: password, parameters: { kdfLogN, passSalt: hex(passSalt ?? '') } }
    const derived = {
      helpKey,
      readToken,
      readHash: readHashOf(readToken),
      roomId: deriveRoomId(helpKey, id),
      swarmKey: deriveSwarmKey(helpKey, id),
      ...(await deriveContentKeys(hex(secret), hex(g), text)),
    }
    expect(vector).toMatchObject(asJson(derived) as object)
  })

  it.each(invalid)('refuses: $name', async ({ genesis, secret, password, code }) => {
    const open = openContentKeys(decodeGenesis(hex(genesis)), hex(secret), password)
    expect(await faultOf(() => open)).toBe(code)
  })
})
