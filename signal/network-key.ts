import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { base64urlnopad } from '@scure/base'
import type { Bytes } from '../protocol/bytes.ts'
import { publicKeyOf } from '../protocol/crypto/ed25519.ts'
import { TransferError } from '../protocol/errors.ts'
import { createFile, isSystemError } from './durable-file.ts'

/** The Ed25519 key that stands for a network: whoever has it names seeds, operators and jurisdictions. */
export type NetworkKey = Readonly<{ secret: Bytes; publicKey: Bytes }>

const SECRET_BYTES = 32

/**
 * Reads the key from a file of one base64url line, and makes it (mode 0600) where there is none yet.
 *
 * @throws {TransferError} FILE_UNREADABLE if the file is there and holds no key: it is never replaced.
 */
export async function openNetworkKey(keyFile: string): Promise<NetworkKey> {
  const before = await readKey(keyFile)
  if (before !== undefined) return before
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  await createFile(keyFile, `${base64urlnopad.encode(randomBytes(SECRET_BYTES))}\n`)
  // Read back, because another process may have made one at the same moment: then that one counts.
  return readNetworkKey(keyFile)
}

/** @throws {TransferError} FILE_UNREADABLE if there is no key. */
export async function readNetworkKey(keyFile: string): Promise<NetworkKey> {
  const key = await readKey(keyFile)
  if (key !== undefined) return key
  const message = `There is no network key in ${keyFile}. "skerry signal" makes one when it starts first.`
  throw new TransferError('FILE_UNREADABLE', message)
}

async function readKey(keyFile: string): Promise<NetworkKey | undefined> {
  try {
    const secret = parseSecret(await readFile(keyFile, 'utf8'))
    return { secret, publicKey: publicKeyOf(secret) }
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined
    const message = `The network key in ${keyFile} cannot be read. Put it back from a copy: no other key will do.`
    throw new TransferError('FILE_UNREADABLE', message, { cause })
  }
}

function parseSecret(text: string): Bytes {
  const secret = base64urlnopad.decode(text.trim()) as Bytes
  // The text stays out of the message: it may be most of a key.
  if (secret.length !== SECRET_BYTES) throw new RangeError('not 32 bytes')
  return secret
}
