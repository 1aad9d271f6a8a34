import { concat, encodeUtf8, type Bytes } from '../../../protocol/bytes.ts'
import type { Genesis } from '../../../protocol/genesis.ts'
import { createOwner, fixedBytes, patched } from '../../protocol/owner.ts'
import type { VectorFile } from '../vector-file.ts'

const FLAGS_AT = 5
const OWNER_KEY_AT = 20
const PASS_SALT_AT = 84
const DENIED_AT = 164

const password = { kdfLogN: 17, passSalt: fixedBytes('passSalt', 16) }

export async function buildGenesis(): Promise<VectorFile> {
  const bytes = (await createOwner('vectors')).genesisBytes
  return {
    valid: [
      await describeGenesis('plain', {}),
      await describeGenesis('password', password),
      await describeGenesis('peers forbidden', { peersForbidden: true }),
      await describeGenesis('relay only, three of two', { relayOnly: true, replicas: 3 }),
      await describeGenesis('one denied', { denied: ['US'] }),
      await describeGenesis('all', {
        ...password,
        kdfLogN: 18,
        peersForbidden: true,
        relayOnly: true,
        replicas: 8,
        jurisdictions: 8,
        createdAtMs: Number.MAX_SAFE_INTEGER,
        denied: ['AD', 'BE', 'CH', 'DE', 'ES', 'FR', 'GB', 'NZ'],
      }),
    ],
    invalid: spoil(bytes),
  }
}

async function describeGenesis(name: string, changes: Partial<Genesis>): Promise<object> {
  const { genesis, genesisBytes, shareId } = await createOwner('vectors', changes)
  return { name, genesis, bytes: genesisBytes, shareId }
}

function refuse(name: string, bytes: Bytes): object {
  return { name, bytes, code: 'GENESIS_INVALID' }
}

function spoil(bytes: Bytes): object[] {
  const at = (name: string, offset: number, patch: readonly number[]): object =>
    refuse(name, patched(bytes, offset, patch))
  const denied = (name: string, text: string): object => at(name, DENIED_AT, [...encodeUtf8(text)])
  const key = (name: string, hex: string): object =>
    at(name, OWNER_KEY_AT, [...Buffer.from(hex, 'hex')])
  return [
    refuse('empty', new Uint8Array()),
    refuse('one byte short', bytes.slice(0, -1)),
    refuse('one byte long', concat(bytes, Uint8Array.of(0))),
    at('magic', 3, [0x32]),
    at('suite 0', 4, [0]),
    at('suite 2', 4, [2]),
    at('unknown flag', FLAGS_AT, [8]),
    at('password flag alone', FLAGS_AT, [1]),
    at('KDF cost alone', 6, [17]),
    at('password without salt', FLAGS_AT, [1, 17]),
    at('salt alone', PASS_SALT_AT, [1]),
    at('chunkLog', 7, [17]),
    at('no replicas', 8, [0]),
    at('nine replicas', 8, [9]),
    at('no jurisdictions', 9, [0]),
    at('more jurisdictions than replicas', 9, [3]),
    at('reserved byte', 11, [1]),
    at('createdAt above 2^53 - 1', 12, [0, 0x20, 0, 0, 0, 0, 0, 0]),
    key('owner key that is no point', `02${'00'.repeat(31)}`),
    key('owner key of order 1', `01${'00'.repeat(31)}`),
    key('owner key of order 2', `ec${'ff'.repeat(30)}7f`),
    key('owner key of order 4', '00'.repeat(32)),
    key('owner key of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
    key('owner key not canonical: y = p + 3', `f0${'ff'.repeat(30)}7f`),
    key('owner key not canonical: x = 0 and sign', `01${'00'.repeat(30)}80`),
    denied('denied: lower case', 'de'),
    denied('denied: one letter', 'D'),
    denied('denied: descending', 'NZDE'),
    denied('denied: twice the same', 'DEDE'),
    denied('denied: zeros first', '\0\0DE'),
    denied('denied: zeros in between', 'DE\0\0NZ'),
    denied('denied: a zero inside', 'D\0'.padEnd(3, 'E')),
    denied('denied: a digit', 'D1'),
  ]
}
