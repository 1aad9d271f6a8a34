import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Bytes } from '../protocol/bytes.ts'
import { publicKeyOf } from '../protocol/crypto/ed25519.ts'
import { TransferError } from '../protocol/errors.ts'
import { seedIdOf, type SeedId } from '../protocol/seed-id.ts'
import { createFile } from './durable-file.ts'
import { codeOf } from './store/disk-guard.ts'

/** The key that a seed is: whoever has it speaks for the seed. */
export type Identity = Readonly<{ id: SeedId; key: Bytes; publicKey: Bytes }>

const KEY_BYTES = 32

/**
 * Reads the seed's key, 32 bytes, and makes it (mode 0600) where there is none yet.
 *
 * @throws {TransferError} FILE_UNREADABLE if the file holds no key: it is never replaced, because with it the seed
 *   would come back as another one.
 */
export async function openIdentity(keyFile: string): Promise<Identity> {
  const key = (await readKey(keyFile)) ?? (await makeKey(keyFile))
  const publicKey = publicKeyOf(key)
  return { id: seedIdOf(publicKey), key, publicKey }
}

async function makeKey(keyFile: string): Promise<Bytes> {
  await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 })
  await createFile(keyFile, Uint8Array.from(randomBytes(KEY_BYTES)))
  // Read back: another process may have made one at the same moment, and then that one counts.
  const key = await readKey(keyFile)
  if (key !== undefined) return key
  throw new TransferError('FILE_UNREADABLE', `The key of this seed cannot be kept in ${keyFile}.`)
}

async function readKey(keyFile: string): Promise<Bytes | undefined> {
  try {
    const key = Uint8Array.from(await readFile(keyFile))
    if (key.length === KEY_BYTES) return key
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw unreadable(keyFile, cause)
  }
  throw unreadable(keyFile)
}

function unreadable(keyFile: string, cause?: unknown): TransferError {
  const message = `The key of this seed in ${keyFile} cannot be read. Put it back from a copy: no other key will do.`
  return new TransferError('FILE_UNREADABLE', message, { cause })
}
