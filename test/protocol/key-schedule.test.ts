import { createHash, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, encodeUtf8, formatHex, type Bytes } from '../../protocol/bytes.ts'
import {
  deriveContentKeys,
  deriveHelpKey,
  deriveReadToken,
  deriveRoomId,
  deriveSwarmKey,
  openContentKeys,
  readHashOf,
} from '../../protocol/key-schedule.ts'
import { shareIdBytes } from '../../protocol/share-id.ts'
import { createOwner, faultOf, fixedBytes } from './owner.ts'

const owner = await createOwner('keys')
const { secret, genesis, shareId } = owner
const { salt } = genesis

const node = (key: Uint8Array, by: Uint8Array, info: string): string =>
  Buffer.from(hkdfSync('sha256', key, by, info, 32)).toString('hex')
const none = new Uint8Array()

// Passwords are tried in keys.json and in spec-independent.test.ts: each try takes half a second.
describe('the key schedule', () => {
  it('is HKDF-SHA-256 with the labels of SPEC', async () => {
    const helpKey = deriveHelpKey(secret)
    const id = shareIdBytes(shareId)
    expect(formatHex(helpKey)).toBe(node(secret, none, 'skerry/1 help'))
    expect(formatHex(deriveReadToken(helpKey, salt))).toBe(node(helpKey, salt, 'skerry/1 read'))
    expect(formatHex(deriveRoomId(helpKey, shareId))).toBe(node(helpKey, id, 'skerry/1 room'))
    expect(formatHex(deriveSwarmKey(helpKey, shareId))).toBe(node(helpKey, id, 'skerry/1 swarm'))
    const keys = await deriveContentKeys(secret, salt, undefined)
    expect(formatHex(keys.chunkKey)).toBe(node(secret, salt, 'skerry/1 chunk'))
    expect(formatHex(keys.nonceKey)).toBe(node(secret, salt, 'skerry/1 nonce'))
    expect(formatHex(keys.indexKey)).toBe(node(secret, salt, 'skerry/1 index'))
    expect(formatHex(keys.keyCommit)).toBe(node(secret, salt, 'skerry/1 commit'))
  })

  it('shows the seed a hash of the read token, under a label of its own', () => {
    const token = fixedBytes('token')
    const expected = createHash('sha256').update('skerry/1 read-hash\0').update(token).digest('hex')
    expect(formatHex(readHashOf(token))).toBe(expected)
  })

  it('has no two names for one key', async () => {
    const helpKey = deriveHelpKey(secret)
    const content = await deriveContentKeys(secret, salt, undefined)
    const keys: Bytes[] = [
      helpKey,
      deriveReadToken(helpKey, salt),
      deriveRoomId(helpKey, shareId),
      deriveSwarmKey(helpKey, shareId),
      ...Object.values(content),
    ]
    expect(new Set(keys.map(formatHex)).size).toBe(8)
  })
})

describe('opening the keys of a share', () => {
  it('gives them to whoever has the link', async () => {
    expect(await openContentKeys(genesis, secret, undefined)).toEqual(owner.keys)
  })

  it('ignores a password where the share has none', async () => {
    expect(await openContentKeys(genesis, secret, 'typed by habit')).toEqual(owner.keys)
  })

  it('refuses a link with another secret, or another salt', async () => {
    const wrong = fixedBytes('wrong', 16)
    expect(await faultOf(() => openContentKeys(genesis, wrong, undefined))).toBe('LINK_INVALID')
    const other = { ...genesis, salt: concat(salt.slice(1), encodeUtf8('x')) }
    expect(await faultOf(() => openContentKeys(other, secret, undefined))).toBe('LINK_INVALID')
  })

  it('asks for a password before it computes anything', async () => {
    const guarded = { ...genesis, kdfLogN: 18, passSalt: fixedBytes('passSalt', 16) }
    expect(await faultOf(() => openContentKeys(guarded, secret, undefined))).toBe('PASSWORD_NEEDED')
  })
})
