import { hkdf } from '@noble/hashes/hkdf.js'
import type { scryptAsync } from '@noble/hashes/scrypt.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, encodeUtf8, isEqual, type Bytes } from './bytes.ts'
import { assert, TransferError } from './errors.ts'
import type { Genesis } from './genesis.ts'
import { shareIdBytes, type ShareId } from './share-id.ts'

/** What opens a share's content; 32 bytes each. They never leave the process that derived them. */
export type ContentKeys = Readonly<{
  chunkKey: Bytes
  nonceKey: Bytes
  indexKey: Bytes
  keyCommit: Bytes
}>

/** What a genesis says of its password: the cost of a guess, and the salt. */
type PasswordParameters = Pick<Genesis, 'kdfLogN' | 'passSalt'>

/** Of the link's secret S; what the helper token carries. */
export function deriveHelpKey(secret: Bytes): Bytes {
  return derive(secret, undefined, 'skerry/1 help')
}

/** Shows a seed that its holder may read sealed chunks. @param salt - g, of the genesis. */
export function deriveReadToken(helpKey: Bytes, salt: Bytes): Bytes {
  return derive(helpKey, salt, 'skerry/1 read')
}

export function deriveRoomId(helpKey: Bytes, shareId: ShareId): Bytes {
  return derive(helpKey, shareIdBytes(shareId), 'skerry/1 room')
}

export function deriveSwarmKey(helpKey: Bytes, shareId: ShareId): Bytes {
  return derive(helpKey, shareIdBytes(shareId), 'skerry/1 swarm')
}

/** readHash = SHA-256("skerry/1 read-hash\0" ‖ readToken): lets a seed check a token it never stored. */
export function readHashOf(readToken: Bytes): Bytes {
  return sha256(concat(encodeUtf8('skerry/1 read-hash\0'), readToken))
}

/** Derives the keys that a new genesis commits to. @param salt - g, 32 bytes. @see SPEC.md §4 */
export async function deriveContentKeys(
  secret: Bytes,
  salt: Bytes,
  password: { text: string; parameters: PasswordParameters } | undefined,
): Promise<ContentKeys> {
  const key = password === undefined ? secret : concat(secret, await stretch(password))
  const keyOf = (name: string): Bytes => derive(key, salt, `skerry/1 ${name}`)
  const [chunkKey, nonceKey] = [keyOf('chunk'), keyOf('nonce')]
  return { chunkKey, nonceKey, indexKey: keyOf('index'), keyCommit: keyOf('commit') }
}

/**
 * Derives the keys of an existing share and checks them against its commitment before anything is decrypted,
 * so that no ciphertext can be made to open under two passwords.
 *
 * @throws {TransferError} PASSWORD_NEEDED, PASSWORD_WRONG; LINK_INVALID where no password is involved.
 */
export async function openContentKeys(
  genesis: Genesis,
  secret: Bytes,
  password: string | undefined,
): Promise<ContentKeys> {
  const isProtected = genesis.kdfLogN !== undefined
  if (isProtected && password === undefined) {
    throw new TransferError('PASSWORD_NEEDED', 'This share is protected by a password.')
  }
  const text = isProtected ? password : undefined
  const keys = await deriveContentKeys(
    secret,
    genesis.salt,
    text === undefined ? undefined : { text, parameters: genesis },
  )
  if (isEqual(keys.keyCommit, genesis.keyCommit)) return keys
  if (isProtected)
    throw new TransferError('PASSWORD_WRONG', 'This password does not open the share.')
  throw new TransferError('LINK_INVALID', 'This link does not open the share it names.')
}

/** Most shares have no password, and their pages do without it; whoever waits for a password may call this early. */
export async function loadScrypt(): Promise<typeof scryptAsync> {
  const loaded = await import('@noble/hashes/scrypt.js')
  return loaded.scryptAsync
}

/** scrypt(NFKC(password), passSalt, N = 2^kdfLogN, r 8, p 1, 32): 128 MiB and more for each guess. */
async function stretch(password: { text: string; parameters: PasswordParameters }): Promise<Bytes> {
  const { passSalt, kdfLogN } = password.parameters
  assert(kdfLogN !== undefined, 'the cost of a password')
  const scrypt = await loadScrypt()
  const cost = { N: 2 ** kdfLogN, r: 8, p: 1, dkLen: 32, maxmem: 2 ** 29 }
  return scrypt(encodeUtf8(password.text.normalize('NFKC')), passSalt, cost)
}

function derive(key: Bytes, salt: Bytes | undefined, info: string): Bytes {
  return hkdf(sha256, key, salt, encodeUtf8(info), 32)
}
